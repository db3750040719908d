/**
 * Tables of string preparation, as text: code points in hex, `a-b` is a range. From RFC 3454 (Unicode 3.2; its letter
 * and number stands beside each) and from draft spec-09, appendices C and D.
 */

/** B.1: mapped to nothing. */
export const mappedToNothing = 'ad 34f 1806 180b-180d 200b-200d 2060 fe00-fe0f feff';

/**
 * B.2, mappings to one character: `a=b`, `a-c=b` for a run of neighbours, `a/c=b` for every second one. The distance
 * to the result is the same throughout a run.
 */
export const foldedToOne =
  '41-5a=61 b5=3bc c0-d6=e0 d8-de=f8 100/12e=101 132/136=133 139/147=13a 14a/176=14b 178=ff ' +
  '179/17d=17a 17f=73 181=253 182/184=183 186=254 187=188 189-18a=256 18b=18c 18e=1dd 18f=259 190=25b ' +
  '191=192 193=260 194=263 196=269 197=268 198=199 19c=26f 19d=272 19f=275 1a0/1a4=1a1 1a6=280 ' +
  '1a7=1a8 1a9=283 1ac=1ad 1ae=288 1af=1b0 1b1-1b2=28a 1b3/1b5=1b4 1b7=292 1b8=1b9 1bc=1bd 1c4=1c6 ' +
  '1c5=1c6 1c7=1c9 1c8=1c9 1ca=1cc 1cb/1db=1cc 1de/1ee=1df 1f1=1f3 1f2/1f4=1f3 1f6=195 1f7=1bf ' +
  '1f8/21e=1f9 220=19e 222/232=223 345=3b9 386=3ac 388-38a=3ad 38c=3cc 38e-38f=3cd 391-3a1=3b1 ' +
  '3a3-3ab=3c3 3c2=3c3 3d0=3b2 3d1=3b8 3d2=3c5 3d3=3cd 3d4=3cb 3d5=3c6 3d6=3c0 3d8/3ee=3d9 3f0=3ba ' +
  '3f1=3c1 3f2=3c3 3f4=3b8 3f5=3b5 400-40f=450 410-42f=430 460/480=461 48a/4be=48b 4c1/4cd=4c2 ' +
  '4d0/4f4=4d1 4f8=4f9 500/50e=501 531-556=561 1e00/1e94=1e01 1e9b=1e61 1ea0/1ef8=1ea1 1f08-1f0f=1f00 ' +
  '1f18-1f1d=1f10 1f28-1f2f=1f20 1f38-1f3f=1f30 1f48-1f4d=1f40 1f59/1f5f=1f51 1f68-1f6f=1f60 ' +
  '1fb8-1fb9=1fb0 1fba-1fbb=1f70 1fbe=3b9 1fc8-1fcb=1f72 1fd8-1fd9=1fd0 1fda-1fdb=1f76 1fe8-1fe9=1fe0 ' +
  '1fea-1feb=1f7a 1fec=1fe5 1ff8-1ff9=1f78 1ffa-1ffb=1f7c 2102=63 2107=25b 210b=68 210c=68 210d=68 ' +
  '2110=69 2111=69 2112=6c 2115=6e 2119-211b=70 211c=72 211d=72 2124=7a 2126=3c9 2128=7a 212a=6b ' +
  '212b=e5 212c-212d=62 2130-2131=65 2133=6d 213e=3b3 213f=3c0 2145=64 2160-216f=2170 24b6-24cf=24d0 ' +
  'ff21-ff3a=ff41 10400-10425=10428 1d400-1d419=61 1d434-1d44d=61 1d468-1d481=61 1d49c/1d49e=61 ' +
  '1d49f=64 1d4a2=67 1d4a5-1d4a6=6a 1d4a9-1d4ac=6e 1d4ae-1d4b5=73 1d4d0-1d4e9=61 1d504-1d505=61 ' +
  '1d507-1d50a=64 1d50d-1d514=6a 1d516-1d51c=73 1d538-1d539=61 1d53b-1d53e=64 1d540-1d544=69 1d546=6f ' +
  '1d54a-1d550=73 1d56c-1d585=61 1d5a0-1d5b9=61 1d5d4-1d5ed=61 1d608-1d621=61 1d63c-1d655=61 ' +
  '1d670-1d689=61 1d6a8-1d6b8=3b1 1d6b9=3b8 1d6ba-1d6c0=3c3 1d6d3=3c3 1d6e2-1d6f2=3b1 1d6f3=3b8 ' +
  '1d6f4-1d6fa=3c3 1d70d=3c3 1d71c-1d72c=3b1 1d72d=3b8 1d72e-1d734=3c3 1d747=3c3 1d756-1d766=3b1 ' +
  '1d767=3b8 1d768-1d76e=3c3 1d781=3c3 1d790-1d7a0=3b1 1d7a1=3b8 1d7a2-1d7a8=3c3 1d7bb=3c3';

/** B.2, mappings to several characters: `a=b.c.d`. */
export const foldedToSeveral =
  'df=73.73 130=69.307 149=2bc.6e 1f0=6a.30c 37a=20.3b9 390=3b9.308.301 3b0=3c5.308.301 587=565.582 ' +
  '1e96=68.331 1e97=74.308 1e98=77.30a 1e99=79.30a 1e9a=61.2be 1f50=3c5.313 1f52=3c5.313.300 ' +
  '1f54=3c5.313.301 1f56=3c5.313.342 1f80=1f00.3b9 1f81=1f01.3b9 1f82=1f02.3b9 1f83=1f03.3b9 ' +
  '1f84=1f04.3b9 1f85=1f05.3b9 1f86=1f06.3b9 1f87=1f07.3b9 1f88=1f00.3b9 1f89=1f01.3b9 1f8a=1f02.3b9 ' +
  '1f8b=1f03.3b9 1f8c=1f04.3b9 1f8d=1f05.3b9 1f8e=1f06.3b9 1f8f=1f07.3b9 1f90=1f20.3b9 1f91=1f21.3b9 ' +
  '1f92=1f22.3b9 1f93=1f23.3b9 1f94=1f24.3b9 1f95=1f25.3b9 1f96=1f26.3b9 1f97=1f27.3b9 1f98=1f20.3b9 ' +
  '1f99=1f21.3b9 1f9a=1f22.3b9 1f9b=1f23.3b9 1f9c=1f24.3b9 1f9d=1f25.3b9 1f9e=1f26.3b9 1f9f=1f27.3b9 ' +
  '1fa0=1f60.3b9 1fa1=1f61.3b9 1fa2=1f62.3b9 1fa3=1f63.3b9 1fa4=1f64.3b9 1fa5=1f65.3b9 1fa6=1f66.3b9 ' +
  '1fa7=1f67.3b9 1fa8=1f60.3b9 1fa9=1f61.3b9 1faa=1f62.3b9 1fab=1f63.3b9 1fac=1f64.3b9 1fad=1f65.3b9 ' +
  '1fae=1f66.3b9 1faf=1f67.3b9 1fb2=1f70.3b9 1fb3=3b1.3b9 1fb4=3ac.3b9 1fb6=3b1.342 1fb7=3b1.342.3b9 ' +
  '1fbc=3b1.3b9 1fc2=1f74.3b9 1fc3=3b7.3b9 1fc4=3ae.3b9 1fc6=3b7.342 1fc7=3b7.342.3b9 1fcc=3b7.3b9 ' +
  '1fd2=3b9.308.300 1fd3=3b9.308.301 1fd6=3b9.342 1fd7=3b9.308.342 1fe2=3c5.308.300 1fe3=3c5.308.301 ' +
  '1fe4=3c1.313 1fe6=3c5.342 1fe7=3c5.308.342 1ff2=1f7c.3b9 1ff3=3c9.3b9 1ff4=3ce.3b9 1ff6=3c9.342 ' +
  '1ff7=3c9.342.3b9 1ffc=3c9.3b9 20a8=72.73 2103=b0.63 2109=b0.66 2116=6e.6f 2120=73.6d 2121=74.65.6c ' +
  '2122=74.6d 3371=68.70.61 3373=61.75 3375=6f.76 3380=70.61 3381=6e.61 3382=3bc.61 3383=6d.61 ' +
  '3384=6b.61 3385=6b.62 3386=6d.62 3387=67.62 338a=70.66 338b=6e.66 338c=3bc.66 3390=68.7a ' +
  '3391=6b.68.7a 3392=6d.68.7a 3393=67.68.7a 3394=74.68.7a 33a9=70.61 33aa=6b.70.61 33ab=6d.70.61 ' +
  '33ac=67.70.61 33b4=70.76 33b5=6e.76 33b6=3bc.76 33b7=6d.76 33b8=6b.76 33b9=6d.76 33ba=70.77 ' +
  '33bb=6e.77 33bc=3bc.77 33bd=6d.77 33be=6b.77 33bf=6d.77 33c0=6b.3c9 33c1=6d.3c9 33c3=62.71 ' +
  '33c6=63.2215.6b.67 33c7=63.6f.2e 33c8=64.62 33c9=67.79 33cb=68.70 33cd=6b.6b 33ce=6b.6d 33d7=70.68 ' +
  '33d9=70.70.6d 33da=70.72 33dc=73.76 33dd=77.62 fb00=66.66 fb01=66.69 fb02=66.6c fb03=66.66.69 ' +
  'fb04=66.66.6c fb05=73.74 fb06=73.74 fb13=574.576 fb14=574.565 fb15=574.56b fb16=57e.576 ' +
  'fb17=574.56d';

/** C.1.1 to C.9: prohibited in every profile. */
export const prohibited =
  '20 ' + // C.1.1
  'a0 1680 2000-200b 202f 205f 3000 ' + // C.1.2
  '0-1f 7f ' + // C.2.1
  '80-9f 6dd 70f 180e 200c-200d 2028-2029 2060-2063 206a-206f feff fff9-fffc 1d173-1d17a ' + // C.2.2
  'e000-f8ff f0000-ffffd 100000-10fffd ' + // C.3
  'fdd0-fdef fffe-ffff 1fffe-1ffff 2fffe-2ffff 3fffe-3ffff 4fffe-4ffff 5fffe-5ffff 6fffe-6ffff ' + // C.4
  '7fffe-7ffff 8fffe-8ffff 9fffe-9ffff afffe-affff bfffe-bffff cfffe-cffff dfffe-dffff efffe-effff ' +
  'ffffe-fffff 10fffe-10ffff ' +
  'd800-dfff ' + // C.5
  'fff9-fffd ' + // C.6
  '2ff0-2ffb ' + // C.7
  '340-341 200e-200f 202a-202e 206a-206f ' + // C.8
  'e0001 e0020-e007f'; // C.9

/** Draft spec-09, appendix C: `! * , ? @`, prohibited in identifiers and allowed in channel names. */
export const wildcardsAndSeparators = '21 2a 2c 3f 40';

/** Draft spec-09, appendix D: currency, letter-like, arrows, mathematics, drawing, dingbats and other symbols. */
export const symbols =
  'a2-a9 ac ae-b1 b4 b6 b8 d7 f7 2c2-2c5 2d2-2ff 374-375 384-385 3f6 482 60e-60f 6e9 6fd-6fe 9f2-9f3 ' +
  '9fa af1 b70 bf3-bfa e3f f01-f03 f13-f17 f1a-f1f f34 f36 f38 fbe-fc5 fc7-fcf 17db 1940 19e0-19ff ' +
  '1fbd 1fbf-1fc1 1fcd-1fcf 1fdd-1fdf 1fed-1fef 1ffd-1ffe 2044 2052 207a-207c 208a-208c 20a0-20b1 ' +
  '2100-2bff 2e9a 2ef4-2eff 2ff0-2fff 303b-303d 3040 3095-3098 309f-30a0 30ff-3104 312d-3130 318f ' +
  '31b8-31ff 321d-321f 3244-325f 327c-327e 32b1-32bf 32cc-32cf 32ff 3377-337a 33de-33df 33ff ' +
  '4db6-4dff 9fa6-9fff a48d-a48f a4a2-a4a3 a4b4 a4c1 a4c5 a4c7-abff d7a4-d7ff fa2e-faff ffe0-ffee ' +
  'fffc 10000-1013f 1d000-1d1ff 1d300-1d35f 1d400-1d7ff e0100-e01ef';

/**
 * Compatibility ideographs whose decomposition was corrected after Unicode 3.2 (Corrigendum 4): what they were then.
 * Everything else that 3.2 knows is normalised today as it was then.
 */
export const correctedLater = '2f868=2136a 2f874=5f33 2f91f=43ab 2f95f=7aae 2f9bf=4d57';

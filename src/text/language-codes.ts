/*
 * Languages: SILC names them by three letters (ISO 639-2/T), XMPP by tags (RFC 5646), which have two where there are two.
 */

/** Two letters, and the three of ISO 639-2/T. */
const CODES = `
aaaar ababk aeave afafr akaka amamh anarg arara asasm avava ayaym azaze babak bebel bgbul bhbih bibis bmbam bnben bobod brbre
bsbos cacat ceche chcha cocos crcre csces cuchu cvchv cycym dadan dedeu dvdiv dzdzo eeewe elell eneng eoepo esspa etest eueus
fafas ffful fifin fjfij fofao frfra fyfry gagle gdgla glglg gngrn guguj gvglv hahau heheb hihin hohmo hrhrv hthat huhun hyhye
hzher iaina idind ieile igibo iiiii ikipk ioido isisl itita iuiku jajpn jvjav kakat kgkon kikik kjkua kkkaz klkal kmkhm knkan
kokor krkau kskas kukur kvkom kwcor kykir lalat lbltz lglug lilim lnlin lolao ltlit lulub lvlav mgmlg mhmah mimri mkmkd mlmal
mnmon mrmar msmsa mtmlt mymya nanau nbnob ndnde nenep ngndo nlnld nnnno nonor nrnbl nvnav nynya ococi ojoji omorm orori ososs
papan pipli plpol pspus ptpor quque rmroh rnrun roron rurus rwkin sasan scsrd sdsnd sesme sgsag sisin skslk slslv smsmo snsna
sosom sqsqi srsrp ssssw stsot susun svswe swswa tatam tetel tgtgk ththa titir tktuk tltgl tntsn toton trtur tstso tttat twtwi
tytah uguig ukukr ururd uzuzb veven vivie vovol wawln wowol xhxho yiyid yoyor zazha zhzho zuzul
`;

const threeOf = new Map(
  CODES.trim()
    .split(/\s+/)
    .map((code) => [code.slice(0, 2), code.slice(2)] as const),
);

/** The tag of a language that SILC names; of two letters, bibliographic codes (`ger`) and tags (`de-AT`), which some send, too. Undefined for none. */
export function tagOf(said: string): string | undefined {
  const code = said.trim();
  if (!/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/.test(code)) return undefined;
  try {
    return Intl.getCanonicalLocales(code)[0];
  } catch {
    return undefined;
  }
}

/** The three letters of a tag; undefined for one that has none. */
export function silcLanguage(tag: string): string | undefined {
  const primary = tagOf(tag)?.split('-', 1)[0] ?? '';
  return threeOf.get(primary) ?? (primary.length === 3 ? primary : undefined);
}

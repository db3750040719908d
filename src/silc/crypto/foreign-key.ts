/*
 * Key files of other programs, recognised so that an error can say what a file is instead of only what it is not. None
 * of them is read: a SILC key is RSA in SILC's own format.
 */

/** What the label of an armoured file (`-----BEGIN label-----`) stands for. */
const labels: ReadonlyMap<string, string> = new Map([
  ['SILC PUBLIC KEY', 'a SILC public key'],
  ['SILC PRIVATE KEY', 'a SILC private key'],
  ['OPENSSH PRIVATE KEY', 'an OpenSSH private key'],
  ['SSH2 PUBLIC KEY', 'an SSH2 public key'],
  ['SSH2 ENCRYPTED PRIVATE KEY', 'an SSH2 private key'],
  ['RSA PUBLIC KEY', 'an RSA public key in PEM (PKCS #1)'],
  ['RSA PRIVATE KEY', 'an RSA private key in PEM (PKCS #1)'],
  ['DSA PRIVATE KEY', 'a DSS (DSA) private key in PEM'],
  ['EC PRIVATE KEY', 'an elliptic curve private key in PEM'],
  ['PUBLIC KEY', 'a public key in PEM (SubjectPublicKeyInfo)'],
  ['PRIVATE KEY', 'a private key in PEM (PKCS #8)'],
  ['ENCRYPTED PRIVATE KEY', 'an encrypted private key in PEM (PKCS #8)'],
  ['CERTIFICATE', 'an X.509 certificate'],
  ['X509 CERTIFICATE', 'an X.509 certificate'],
  ['TRUSTED CERTIFICATE', 'an X.509 certificate'],
  ['CERTIFICATE REQUEST', 'an X.509 certificate request'],
  ['NEW CERTIFICATE REQUEST', 'an X.509 certificate request'],
  ['PGP PUBLIC KEY BLOCK', 'an OpenPGP public key'],
  ['PGP PRIVATE KEY BLOCK', 'an OpenPGP private key'],
]);

/** Beginnings of files without armour. */
const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^(?:sk-)?ssh-dss/, 'an OpenSSH public key (DSS)'],
  [/^(?:sk-)?(?:ssh-[a-z0-9-]+|ecdsa-sha2-[a-z0-9-]+)(?:@openssh\.com)? AAAA/, 'an OpenSSH public key'],
  [/^PuTTY-User-Key-File-/, 'a PuTTY private key'],
  [/^SSH PRIVATE KEY FILE FORMAT/, 'an SSH1 private key'],
  [/^\((?:\d+:)?(?:public-key|private-key|cert|certificate)\b/, 'an SPKI key'],
  [/^0[\x80-\x84]/, 'a key or certificate in DER (X.509 or PKCS)'],
  // Tags of OpenPGP public and secret key packets, old format with each length of length, and new format.
  [/^[\x94-\x96\x98-\x9a\xc5\xc6]/, 'an OpenPGP key'],
];

/** PEM files may have remarks in front; so far the first label is looked for. */
const LABEL_WITHIN = 16 * 1024;

/**
 * What a key file of another kind is, for example `an OpenSSH private key`; undefined where that is not known.
 * @param text the file's octets, one character each
 */
export function keyFileKind(text: string): string | undefined {
  const label = /^-{4,5} ?BEGIN ([A-Z0-9 ]{1,40}?) ?-{4,5}/m.exec(text.slice(0, LABEL_WITHIN))?.[1];
  if (label !== undefined) return labels.get(label) ?? `a file of the kind "${label}"`;
  return beginnings.find(([beginning]) => beginning.test(text))?.[1];
}

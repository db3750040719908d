import { type AnyText, type Text, text, textIn } from '../../text/text.js';
const KIB = 1_024;
const MIB = KIB * KIB;

/** A size for people: `812 octets`, `3.4 KiB`. */
export function sizeWords(octets: number): Text {
  if (octets < KIB) return text(({ files }) => files.octets(octets));
  if (octets < MIB) return text(({ files }) => files.kib((octets / KIB).toFixed(1)));
  return text(({ files }) => files.mib((octets / MIB).toFixed(1)));
}

/** Name, type and size of a file in one line: `photo.png (image/png, 3.4 KiB)`. */
export function fileWords(file: {
  readonly type: AnyText;
  readonly name: string | undefined;
  readonly octets: number;
}): Text {
  const { name, type, octets } = file;
  return text(({ files }, language) => {
    const size = textIn(language, sizeWords(octets));
    return files.file(name ?? files.unnamed, textIn(language, type), size);
  });
}

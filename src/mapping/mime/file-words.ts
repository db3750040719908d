const KIB = 1_024;
const MIB = KIB * KIB;

/** A size for people: `812 octets`, `3.4 KiB`. */
export function sizeWords(octets: number): string {
  if (octets < KIB) return `${octets} octets`;
  if (octets < MIB) return `${(octets / KIB).toFixed(1)} KiB`;
  return `${(octets / MIB).toFixed(1)} MiB`;
}

/** Name, type and size of a file in one line: `photo.png (image/png, 3.4 KiB)`. */
export function fileWords(file: {
  readonly type: string;
  readonly name: string | undefined;
  readonly octets: number;
}): string {
  const about = `${file.type}, ${sizeWords(file.octets)}`;
  return file.name === undefined ? `file (${about})` : `${file.name} (${about})`;
}

import { createHash } from 'node:crypto';

/** A picture of a person. */
export interface Picture {
  /** Media type, as the octets say. */
  readonly type: string;
  readonly data: Uint8Array;
  /** SHA-1, hex: its name in XEP-0084 and XEP-0153. */
  readonly id: string;
  readonly width: number | undefined;
  readonly height: number | undefined;
}

/** Most octets of a picture; SILC carries less in one packet. */
export const MAX_PICTURE = 65_536;

interface Format {
  readonly type: string;
  readonly size: readonly [width: number, height: number] | undefined;
}

/**
 * A picture of the kinds that clients show everywhere; undefined for anything else. What somebody says that it is does not count:
 * an SVG or HTML that is called a PNG is none.
 */
export function pictureOf(data: Uint8Array): Picture | undefined {
  if (data.length === 0 || data.length > MAX_PICTURE) return undefined;
  const format = formatOf(data);
  if (format === undefined) return undefined;
  const [width, height] = format.size ?? [];
  return { type: format.type, data, id: createHash('sha1').update(data).digest('hex'), width, height };
}

function formatOf(data: Uint8Array): Format | undefined {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  if (startsWith(data, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) {
    const size = data.length < 24 ? undefined : ([view.getUint32(16), view.getUint32(20)] as const);
    return { type: 'image/png', size: plausible(size) };
  }
  if (startsWith(data, [0xff, 0xd8, 0xff])) return { type: 'image/jpeg', size: plausible(jpegSize(view)) };
  if (startsWith(data, [0x47, 0x49, 0x46, 0x38])) {
    const size = data.length < 10 ? undefined : ([view.getUint16(6, true), view.getUint16(8, true)] as const);
    return { type: 'image/gif', size: plausible(size) };
  }
  const isRiff = startsWith(data, [0x52, 0x49, 0x46, 0x46]);
  if (isRiff && startsWith(data.subarray(8), [0x57, 0x45, 0x42, 0x50]))
    return { type: 'image/webp', size: undefined };
  return undefined;
}

/** Where the frame of a JPEG begins its size stands. */
function jpegSize(view: DataView): readonly [number, number] | undefined {
  for (let at = 2; at + 9 < view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += 2 + view.getUint16(at + 2);
  }
  return undefined;
}

/** A size that a client may reserve room for. */
const plausible = (size: readonly [number, number] | undefined): Format['size'] =>
  size?.every((side) => side > 0 && side <= 0xffff) === true ? size : undefined;

const startsWith = (data: Uint8Array, octets: readonly number[]): boolean =>
  octets.every((octet, i) => data[i] === octet);

import { type Element, xml } from '../../component/stanza.js';
import { cleanLine } from './card.js';

/** XEP-0080. */
export const NS_GEOLOC = 'http://jabber.org/protocol/geoloc';

/** Where somebody says to be. */
export interface Place {
  /** Decimal degrees, north and east positive. */
  readonly latitude: number;
  readonly longitude: number;
  /** Metres. */
  readonly altitude: number | undefined;
  readonly accuracy: number | undefined;
}

/** The four texts of a SILC attribute. */
export interface SilcPlace {
  readonly latitude: string;
  readonly longitude: string;
  readonly altitude: string;
  readonly accuracy: string;
}

/** Reads what a SILC user says; undefined where that is no place on earth. */
export function placeOf({ latitude, longitude, altitude, accuracy }: SilcPlace): Place | undefined {
  const [lat, lon] = [degrees(latitude, 'NS', 90), degrees(longitude, 'EW', 180)];
  if (lat === undefined || lon === undefined) return undefined;
  return { latitude: lat, longitude: lon, altitude: metres(altitude), accuracy: metres(accuracy) };
}

/** Degrees as the draft writes them (`31 17 14.321W`) or decimal, with a sign or a letter. */
function degrees(said: string, letters: string, most: number): number | undefined {
  if (said.length > 40) return undefined;
  const match = /^\s*([+-]?)([\d.]+)(?:[\s°:]+([\d.]+))?(?:[\s'′:]+([\d.]+))?[\s"″']*([NSEWnsew]?)\s*$/u.exec(
    said,
  );
  if (match === null) return undefined;
  const [, sign = '', whole = '', minutes = '0', seconds = '0', letter = ''] = match;
  const direction = letter.toUpperCase();
  if (direction !== '' && !letters.includes(direction)) return undefined;
  const [first, ...parts] = [whole, minutes, seconds].map(Number);
  const value = (first ?? NaN) + (parts[0] ?? NaN) / 60 + (parts[1] ?? NaN) / 3_600;
  if (!Number.isFinite(value) || value > most || parts.some((part) => part >= 60)) return undefined;
  const isNegative = (sign === '-') !== (direction !== '' && direction === letters[1]);
  return round(isNegative ? -value : value, 7);
}

function metres(said: string): number | undefined {
  const [, digits] = /^\s*([+-]?\d{1,7}(?:\.\d{1,6})?)\s*m?\s*$/.exec(said.slice(0, 40)) ?? [];
  return digits === undefined ? undefined : round(Number(digits), 2);
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));

/** The location of a contact (XEP-0080). An empty one takes it back. */
export function geolocElement(place: Place | undefined): Element {
  if (place === undefined) return xml('geoloc', { xmlns: NS_GEOLOC });
  const { latitude, longitude, altitude, accuracy } = place;
  const part = (name: string, value: number | undefined): Element | undefined =>
    value === undefined ? undefined : xml(name, {}, String(value));
  return xml('geoloc', { xmlns: NS_GEOLOC }, [
    part('accuracy', accuracy),
    part('alt', altitude),
    part('lat', latitude),
    part('lon', longitude),
  ]);
}

/** What a Jabber user has published; undefined where it names no point. */
export function readGeoloc(geoloc: Element): SilcPlace | undefined {
  const said = (name: string): string => cleanLine(geoloc.getChildText(name), 32) ?? '';
  const place = {
    latitude: said('lat'),
    longitude: said('lon'),
    altitude: said('alt'),
    accuracy: said('accuracy'),
  };
  return placeOf(place) === undefined ? undefined : place;
}

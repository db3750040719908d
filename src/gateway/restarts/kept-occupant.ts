import type { Occupant } from '../channels/occupants.js';
import type { KeptOccupant } from './state.js';

/** An occupant as another process has to show it. */
export function keptOccupant(occupant: Occupant): KeptOccupant {
  const { clientId, name, nickname, fingerprint, mode, occupantId, affiliation, role } = occupant;
  return { clientId, name, nickname, fingerprint, mode, occupantId, standing: { affiliation, role } };
}

/** A SILC server, as it was at the last attempts. */
export interface ServerStatus {
  /** Host and port. */
  readonly address: string;
  /** It was not there a moment ago. */
  readonly isAway: boolean;
  /** Its key is not the known one: it is not used. */
  readonly hasOtherKey: boolean;
}

/** What administrators can do to the process around the gateway. */
export interface Operator {
  readonly logLevels: readonly string[];
  /** Parts of the process whose level can be another one. */
  readonly logAreas: readonly string[];
  /** Of an area; without one that of everything else. */
  readonly logLevel: (area?: string) => string;
  /** @param level - one of `logLevels` @param area - one of `logAreas`; without one it is the level of all */
  readonly setLogLevel: (level: string, area?: string) => void;
  /** Figures by name; undefined where none are collected. */
  readonly figures: (() => Promise<readonly (readonly [name: string, value: number])[]>) | undefined;
  /**
   * Reads the configuration again, and holds to what can be changed while the gateway runs.
   * @throws Error with all that is wrong with the file: then nothing was changed
   */
  readonly reload: (() => Promise<Reloaded>) | undefined;
}

/** What a configuration that was read again has changed: keys with dots, as they stand in the file. */
export interface Reloaded {
  /** They hold now. */
  readonly applied: readonly string[];
  /** They differ from what holds, and need a restart. */
  readonly restart: readonly string[];
}

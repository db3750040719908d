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
   * @returns keys that differ from the file and need a restart
   * @throws Error with all that is wrong with the file: then nothing was changed
   */
  readonly reload: (() => readonly string[]) | undefined;
}

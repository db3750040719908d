/** One fault of a configuration file, with the line where it stands (1 is the first). */
export interface ConfigProblem {
  readonly line: number | undefined;
  readonly path: string;
  readonly reason: string;
}

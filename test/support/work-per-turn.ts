/** Counts what is done in each turn of the event loop, from now until `stop`. */
export class WorkPerTurn {
  total = 0;
  /** In one turn. */
  most = 0;
  #inThisTurn = 0;
  #next: NodeJS.Immediate | undefined;

  constructor() {
    this.#begin();
  }

  done(): void {
    this.total++;
    this.most = Math.max(this.most, ++this.#inThisTurn);
  }

  stop(): void {
    clearImmediate(this.#next);
  }

  #begin(): void {
    this.#inThisTurn = 0;
    this.#next = setImmediate(() => this.#begin());
  }
}

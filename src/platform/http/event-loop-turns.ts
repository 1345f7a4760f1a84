/**
 * Whose pipelined request is handled next. Sources take turns and so do the connections of one source; between two rounds
 * the event loop reads sockets, so that a request on an idle connection never waits behind pipelined ones.
 */
interface Taker {
  takeTurn(): void;
}

/** About half a millisecond of work, however many connections a source has. */
const MOST_OF_A_SOURCE = 8;

export class Turns {
  private readonly bySource = new Map<string, Taker[]>();

  /** Calls `takeTurn` in one of the next rounds. */
  take(source: string, taker: Taker): void {
    const takers = this.bySource.get(source);
    if (takers) takers.push(taker);
    else this.bySource.set(source, [taker]);
    if (!takers && this.bySource.size === 1) setImmediate(this.round);
  }

  private readonly round = (): void => {
    for (const [source, takers] of [...this.bySource]) {
      for (const taker of takers.splice(0, MOST_OF_A_SOURCE)) taker.takeTurn();
      if (takers.length === 0) this.bySource.delete(source);
    }
    if (this.bySource.size > 0) setImmediate(this.round);
  };
}

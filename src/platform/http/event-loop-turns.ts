/**
 * The order in which pipelined requests are handled. Sources take turns, and so do the connections of one source.
 * Between two rounds the event loop reads sockets, so that a request on an idle connection never waits behind pipelined
 * ones.
 */
interface TurnTaker {
  takeTurn(): void;
}

/** About half a millisecond of work, however many connections a source has. */
const MAX_TURNS_PER_SOURCE = 8;

export class EventLoopTurns {
  private readonly bySource = new Map<string, TurnTaker[]>();

  /** Schedules a call of `takeTurn` in one of the next rounds. */
  take(source: string, taker: TurnTaker): void {
    const takers = this.bySource.get(source);
    if (takers) takers.push(taker);
    else this.bySource.set(source, [taker]);
    if (!takers && this.bySource.size === 1) setImmediate(this.round);
  }

  private readonly round = (): void => {
    for (const [source, takers] of [...this.bySource]) {
      for (const taker of takers.splice(0, MAX_TURNS_PER_SOURCE)) taker.takeTurn();
      if (takers.length === 0) this.bySource.delete(source);
    }
    if (this.bySource.size > 0) setImmediate(this.round);
  };
}

/**
 * A bounded queue that is fair to networks, and within a network to its sources: each in turn, however many wait for one of
 * them. When it is full, the longest gives way (fair queueing with longest-queue drop). It knows nothing of passwords.
 */

/** Where somebody who waits comes from. */
export interface Place {
  /** What is served in turn, such as an IPv6 /48. */
  readonly network: string;
  /** What is served in turn within a network, such as an IPv6 /64. */
  readonly source: string;
}

type Sources<T> = Map<string, T[]>;

/** Maps keep the order of insertion: the first key is the one whose turn it is. No list in them is ever empty. */
export class FairQueue<T> {
  private readonly networks = new Map<string, Sources<T>>();
  private length = 0;

  constructor(private readonly capacity: number) {}

  /** Adds an item, and answers the one that has to go for it, maybe the same; `null` while there is room. */
  push(place: Place, item: T): T | null {
    const sources = this.networks.get(place.network) ?? new Map<string, T[]>();
    const items = sources.get(place.source) ?? [];
    items.push(item);
    this.networks.set(place.network, sources.set(place.source, items));
    this.length += 1;
    return this.length > this.capacity ? this.drop(place) : null;
  }

  /** Whether an item from there would stay if it came now. */
  hasRoom({ network }: Place): boolean {
    if (this.length < this.capacity) return true;
    const own = sizeOf(this.networks.get(network)) + 1;
    for (const sources of this.networks.values()) if (sizeOf(sources) > own) return true;
    return false;
  }

  /** The next item, whose network and source then go to the end of their rows. */
  shift(): T | null {
    const [network] = this.networks;
    const [source] = network?.[1] ?? [];
    if (!network || !source) return null;
    const item = source[1].shift() ?? null;
    this.networks.delete(network[0]);
    network[1].delete(source[0]);
    if (source[1].length > 0) network[1].set(...source);
    if (network[1].size > 0) this.networks.set(...network);
    this.length -= 1;
    return item;
  }

  /** Takes out an item that waits no longer. */
  remove({ network, source }: Place, item: T): void {
    const sources = this.networks.get(network);
    const items = sources?.get(source);
    const index = items?.indexOf(item) ?? -1;
    if (!sources || !items || index < 0) return;
    items.splice(index, 1);
    this.tidy(network, sources, source);
    this.length -= 1;
  }

  /** Drops the newest item of the longest source of the longest network; of equal ones, those of the newcomer. */
  private drop(newcomer: Place): T | null {
    const network = longest(this.networks, newcomer.network, sizeOf);
    const sources = this.networks.get(network);
    if (!sources) return null;
    const source = longest(sources, newcomer.source, (items) => items?.length ?? 0);
    const dropped = sources.get(source)?.pop() ?? null;
    this.tidy(network, sources, source);
    this.length -= 1;
    return dropped;
  }

  private tidy(network: string, sources: Sources<T>, source: string): void {
    if (sources.get(source)?.length === 0) sources.delete(source);
    if (sources.size === 0) this.networks.delete(network);
  }
}

function sizeOf(sources: Sources<unknown> | undefined): number {
  let size = 0;
  for (const items of sources?.values() ?? []) size += items.length;
  return size;
}

function longest<V>(all: ReadonlyMap<string, V>, preferred: string, size: (value: V | undefined) => number): string {
  let [key, most] = [preferred, size(all.get(preferred))];
  for (const [other, value] of all) if (size(value) > most) [key, most] = [other, size(value)];
  return key;
}

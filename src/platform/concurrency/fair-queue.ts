/**
 * A bounded queue that serves networks in turn, and within a network its sources, however many items each has queued. A
 * full queue drops the newest item of the longest source (fair queueing with longest-queue drop). The queue knows
 * nothing of passwords.
 */

/** The origin of a queued item. */
export interface Origin {
  /** The unit served in turn, such as an IPv6 /48. */
  readonly network: string;
  /** The unit served in turn within a network, such as an IPv6 /64. */
  readonly source: string;
}

type Sources<T> = Map<string, T[]>;

/** Maps keep insertion order: the first key is next in turn. No list in the maps is ever empty. */
export class FairQueue<T> {
  private readonly networks = new Map<string, Sources<T>>();
  private length = 0;

  constructor(private readonly capacity: number) {}

  /** Adds an item and returns the item dropped for it, possibly the same one; `null` while there is capacity. */
  push(origin: Origin, item: T): T | null {
    const sources = this.networks.get(origin.network) ?? new Map<string, T[]>();
    const items = sources.get(origin.source) ?? [];
    items.push(item);
    this.networks.set(origin.network, sources.set(origin.source, items));
    this.length += 1;
    return this.length > this.capacity ? this.drop(origin) : null;
  }

  /** Whether an item of this origin would stay in the queue if it were added now. */
  hasCapacity({ network }: Origin): boolean {
    if (this.length < this.capacity) return true;
    const own = sizeOf(this.networks.get(network)) + 1;
    for (const sources of this.networks.values()) if (sizeOf(sources) > own) return true;
    return false;
  }

  /** Removes and returns the next item. Its network and its source then move to the end of the order. */
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

  /** Removes an item that no longer waits. */
  remove({ network, source }: Origin, item: T): void {
    const sources = this.networks.get(network);
    const items = sources?.get(source);
    const index = items?.indexOf(item) ?? -1;
    if (!sources || !items || index < 0) return;
    items.splice(index, 1);
    this.removeEmpty(network, sources, source);
    this.length -= 1;
  }

  /** Drops the newest item of the longest source of the longest network. Ties go against the origin of the new item. */
  private drop(added: Origin): T | null {
    const network = longest(this.networks, added.network, sizeOf);
    const sources = this.networks.get(network);
    if (!sources) return null;
    const source = longest(sources, added.source, (items) => items?.length ?? 0);
    const dropped = sources.get(source)?.pop() ?? null;
    this.removeEmpty(network, sources, source);
    this.length -= 1;
    return dropped;
  }

  private removeEmpty(network: string, sources: Sources<T>, source: string): void {
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
  let [key, maximum] = [preferred, size(all.get(preferred))];
  for (const [other, value] of all) if (size(value) > maximum) [key, maximum] = [other, size(value)];
  return key;
}

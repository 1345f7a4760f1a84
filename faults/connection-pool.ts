/** Pool of warm connections, so that a round does not begin with handshakes. */
import type { Deployment } from './deployment.js';
import type { Connection } from './connection.js';

export class ConnectionPool {
  private readonly idle = new Map<string, Connection[]>();
  private turn = 0;

  constructor(private readonly deployment: Deployment) {}

  get instances(): string[] {
    return this.deployment.instances.map(({ name }) => name);
  }

  /** Returns one of these instances in round-robin order. */
  pick(names: readonly string[] = this.instances): string {
    return names[this.turn++ % names.length] ?? 'front';
  }

  /** Borrows a connection to the named instance, or to the load balancer as `front`. */
  borrow(name: string): Connection {
    const instance = this.deployment.instances.find((each) => each.name === name) ?? 'front';
    return this.idle.get(name)?.pop() ?? this.deployment.wireTo(instance);
  }

  giveBack(wire: Connection): void {
    const idle = this.idle.get(wire.instance) ?? [];
    this.idle.set(wire.instance, [...idle, wire]);
  }

  close(): void {
    for (const wires of this.idle.values()) for (const wire of wires) wire.close();
    this.idle.clear();
  }
}

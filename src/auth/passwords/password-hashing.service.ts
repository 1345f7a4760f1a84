/**
 * Hashing and checking of passwords; the only importer of bcrypt. bcrypt ignores all input after 72 bytes or NUL. Its
 * input is therefore the base64 of an HMAC-SHA-256 of the password: 44 bytes that depend on every character.
 */
import { Injectable, type OnModuleInit } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { createHmac, randomUUID } from 'node:crypto';
import { setImmediate as nextTurnOfTheLoop } from 'node:timers/promises';
import { AppConfig } from '../../../config/app-config.js';
import { invalidField } from '../../platform/errors/app-error.js';
import { HashingQueue, MAX_RUNNING, MAX_WAITING, type HashingOrigin } from './hashing-queue.js';
import { passwordFault, type PasswordOwner } from './password-policy.js';

/**
 * CHANGING THIS TEXT KILLS EVERY PASSWORD. It is no secret: it separates these hashes from other uses of SHA-256, so
 * that leaked plain SHA-256 hashes cannot be tried here. It is no server key, so that rotating keys locks no user out.
 */
const DOMAIN = 'latchkey/password/v1';

/** The maximum of the configuration. A more costly hash from elsewhere must not make every sign-in last minutes. */
const MAX_COST = 15;

const BCRYPT_HASH = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./0-9A-Za-z]{53}$/;

/** Whether the password has the hash; `null` stands for an unknown address. */
export type Matches = (password: string, hash: string | null) => Promise<boolean>;

@Injectable()
export class PasswordHashing implements OnModuleInit {
  private readonly queue = new HashingQueue(MAX_RUNNING, MAX_WAITING);
  private readonly cost: number;
  /** The cost of every check: the highest cost among the stored hashes. */
  private checkCost: number;
  private dummyHash = '';
  private rounds = 0;

  constructor({ sessions }: AppConfig) {
    this.cost = sessions.bcryptCost;
    this.checkCost = this.cost;
  }

  async onModuleInit(): Promise<void> {
    this.dummyHash = await bcrypt.hash(preimage(randomUUID()), this.cost);
  }

  /** The rounds of bcrypt that this process has computed for requests; a hash of cost n takes 2^n. */
  get roundsDone(): number {
    return this.rounds;
  }

  /** Raises the cost of every check to that of the most costly stored hash. */
  raiseCheckCost(storedCost: number): void {
    this.checkCost = Math.max(this.checkCost, Math.min(storedCost, MAX_COST));
  }

  /**
   * Hashes a new password. Throws `validation_failed` about `field` when it is too weak. Its estimate is queued as
   * well, after a pause: it takes milliseconds of the main thread.
   */
  async choose(field: string, password: string, owner: PasswordOwner, hashingOrigin?: HashingOrigin): Promise<string> {
    return this.queue.run(async () => {
      await nextTurnOfTheLoop();
      const fault = passwordFault(password, owner);
      if (fault) throw invalidField(field, `${fault.rule}: ${fault.message}`);
      return this.compute(password, this.cost);
    }, hashingOrigin);
  }

  async hash(password: string, hashingOrigin?: HashingOrigin): Promise<string> {
    return this.queue.run(() => this.compute(password, this.cost), hashingOrigin);
  }

  /**
   * Queues the work and passes it the comparison: in a flood, sign-ins wait before their first query, and not with all
   * database connections taken.
   */
  async runQueued<T>(work: (matches: Matches) => Promise<T>, hashingOrigin?: HashingOrigin): Promise<T> {
    return this.queue.run(() => work((password, hash) => this.compare(password, hash)), hashingOrigin);
  }

  /** Throws `unavailable` when the queue has no capacity for this origin. */
  assertCapacity(hashingOrigin: HashingOrigin): void {
    this.queue.assertCapacity(hashingOrigin);
  }

  /** Whether the password has the hash. */
  async matches(password: string, hash: string | null, hashingOrigin?: HashingOrigin): Promise<boolean> {
    return this.runQueued((matches) => matches(password, hash), hashingOrigin);
  }

  /** Whether the hash has another cost than configured today. */
  isOutdated(hash: string): boolean {
    return bcrypt.getRounds(hash) !== this.cost;
  }

  /**
   * Does the same work for an unknown address (`null`), for a hash of today's cost, for one of an older cost and for
   * invalid text. The time must not reveal to an attacker who has an account (tested by
   * test/api/auth/password-cost.spec.ts).
   */
  private async compare(password: string, hash: string | null): Promise<boolean> {
    const isHash = hash !== null && BCRYPT_HASH.test(hash);
    const compared = isHash ? hash : this.dummyHash;
    const cost = bcrypt.getRounds(compared);
    this.raiseCheckCost(cost);
    this.rounds += 2 ** cost;
    const isSame = await bcrypt.compare(preimage(password), compared);
    // 2^n + 2^n + 2^(n+1) + … + 2^(m-1) = 2^m.
    for (let missing = cost; missing < this.checkCost; missing += 1) await this.compute(password, missing);
    return isSame && isHash;
  }

  private async compute(password: string, cost: number): Promise<string> {
    this.rounds += 2 ** cost;
    return bcrypt.hash(preimage(password), cost);
  }
}

function preimage(password: string): string {
  return createHmac('sha256', DOMAIN).update(password, 'utf8').digest('base64');
}

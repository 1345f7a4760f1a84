/**
 * Hashing and checking of passwords; the only importer of bcrypt. bcrypt ignores all input after 72 bytes or NUL. Its
 * input is therefore the base64 of an HMAC-SHA-256 of the password: 44 bytes that depend on every character.
 */
import { createHmac, randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setImmediate as nextTurnOfTheLoop } from 'node:timers/promises';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import bcrypt from 'bcrypt';
import { AppConfig } from '../../../config/app-config.js';
import { invalidField } from '../../platform/errors/app-error.js';
import { passwordFault, type PasswordOwner } from './password-policy.js';
import { PasswordWork, type Turn } from './password-work.js';

/**
 * CHANGING THIS TEXT KILLS EVERY PASSWORD. It is no secret: it separates these hashes from other uses of SHA-256, so
 * that leaked plain SHA-256 hashes cannot be tried here. It is no server key, so that rotating keys locks no user out.
 */
const DOMAIN = 'latchkey/password/v1';

/** One core stays free for requests without a password. */
const MAX_RUNNING = Math.max(1, Math.min(2, availableParallelism() - 1));
/** The queue's limit, and half as many again for known origins. */
const MAX_WAITING = 64;

/** The maximum of the configuration. A more costly hash from elsewhere must not make every sign-in last minutes. */
const HIGHEST_COST = 15;

const BCRYPT_HASH = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./0-9A-Za-z]{53}$/;

/** Whether the password has the hash; `null` stands for an unknown address. */
export type Matches = (password: string, hash: string | null) => Promise<boolean>;

@Injectable()
export class PasswordHashing implements OnModuleInit {
  private readonly work = new PasswordWork(MAX_RUNNING, MAX_WAITING);
  private readonly cost: number;
  /** The cost of every check: the highest cost among the stored hashes. */
  private checkCost: number;
  private nobodysHash = '';
  private rounds = 0;

  constructor({ sessions }: AppConfig) {
    this.cost = sessions.bcryptCost;
    this.checkCost = this.cost;
  }

  async onModuleInit(): Promise<void> {
    this.nobodysHash = await bcrypt.hash(preimage(randomUUID()), this.cost);
  }

  /** The rounds of bcrypt that this process has computed for requests; a hash of cost n takes 2^n. */
  get roundsDone(): number {
    return this.rounds;
  }

  /** Raises the cost of every check to that of the most costly stored hash. */
  levelWith(storedCost: number): void {
    this.checkCost = Math.max(this.checkCost, Math.min(storedCost, HIGHEST_COST));
  }

  /**
   * Hashes a new password. Throws `validation_failed` about `field` when it is too weak. Its estimate is queued as
   * well, after a pause: it takes milliseconds of the main thread.
   */
  async choose(field: string, password: string, owner: PasswordOwner, turn?: Turn): Promise<string> {
    return this.work.run(async () => {
      await nextTurnOfTheLoop();
      const fault = passwordFault(password, owner);
      if (fault) throw invalidField(field, `${fault.rule}: ${fault.message}`);
      return this.compute(password, this.cost);
    }, turn);
  }

  async hash(password: string, turn?: Turn): Promise<string> {
    return this.work.run(() => this.compute(password, this.cost), turn);
  }

  /**
   * Queues the work and passes it the comparison: in a flood, sign-ins wait before their first query, and not with all
   * database connections taken.
   */
  async inTurn<T>(work: (matches: Matches) => Promise<T>, turn?: Turn): Promise<T> {
    return this.work.run(() => work((password, hash) => this.compare(password, hash)), turn);
  }

  /** Throws `unavailable` when the queue has no capacity for this origin. */
  assertRoom(turn: Turn): void {
    this.work.assertRoom(turn);
  }

  /** Whether the password has the hash. */
  async matches(password: string, hash: string | null, turn?: Turn): Promise<boolean> {
    return this.inTurn((matches) => matches(password, hash), turn);
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
    const compared = isHash ? hash : this.nobodysHash;
    const cost = bcrypt.getRounds(compared);
    this.levelWith(cost);
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

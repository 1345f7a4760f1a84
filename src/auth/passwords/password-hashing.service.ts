/**
 * Hashing and checking people's passwords; the only importer of bcrypt. bcrypt stops reading at 72 bytes and at NUL, so
 * it is given the base64 of an HMAC-SHA-256 of the password: 44 bytes that depend on every character.
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
 * CHANGING THIS TEXT KILLS EVERY PASSWORD. It is no secret: it keeps these hashes apart from other uses of SHA-256, so
 * that leaked plain SHA-256 hashes cannot be tried here. It is no server key, so that rotating keys locks nobody out.
 */
const DOMAIN = 'latchkey/password/v1';

/** One core stays free for requests that need no password. */
const MAX_RUNNING = Math.max(1, Math.min(2, availableParallelism() - 1));
/** So many wait at most, and half as many again whom the service knows. */
const MAX_WAITING = 64;

/** What the configuration allows at most; a hash of more, from somewhere else, must not make everybody's sign-in last minutes. */
const HIGHEST_COST = 15;

const BCRYPT_HASH = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./0-9A-Za-z]{53}$/;

/** Whether the password is the one behind the hash; `null` stands for nobody's. */
export type Matches = (password: string, hash: string | null) => Promise<boolean>;

@Injectable()
export class PasswordHashing implements OnModuleInit {
  private readonly work = new PasswordWork(MAX_RUNNING, MAX_WAITING);
  private readonly cost: number;
  /** What every check costs: the highest cost among the hashes there are. */
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

  /** The rounds of bcrypt that this process has computed for others; a hash of cost n takes 2^n. */
  get roundsDone(): number {
    return this.rounds;
  }

  /** Makes every check as dear as the dearest of the stored hashes, whose cost this is. */
  levelWith(storedCost: number): void {
    this.checkCost = Math.max(this.checkCost, Math.min(storedCost, HIGHEST_COST));
  }

  /**
   * The hash of a password that somebody chooses. Throws `validation_failed` about `field` when it is a poor choice. That
   * is judged in turn as well, with a pause before: it takes milliseconds of the thread that answers everybody.
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
   * Waits for its turn and then does the work, which is handed the means to compare: a flood of sign-ins waits before it
   * asks the database anything, not after it has taken all connections.
   */
  async inTurn<T>(work: (matches: Matches) => Promise<T>, turn?: Turn): Promise<T> {
    return this.work.run(() => work((password, hash) => this.compare(password, hash)), turn);
  }

  /** Throws `unavailable` when too many wait already for one more from there. */
  assertRoom(turn: Turn): void {
    this.work.assertRoom(turn);
  }

  /** Whether this is the password behind the hash. */
  async matches(password: string, hash: string | null, turn?: Turn): Promise<boolean> {
    return this.inTurn((matches) => matches(password, hash), turn);
  }

  /** Whether the hash was made under another cost than today's. */
  isOutdated(hash: string): boolean {
    return bcrypt.getRounds(hash) !== this.cost;
  }

  /**
   * Does the same work for nobody (`null`), for a hash of today's cost, for one of an older cost and for what is no hash:
   * an attacker must not learn from the time who has an account (held by test/api/auth/password-cost.spec.ts).
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

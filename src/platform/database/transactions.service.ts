/**
 * Transactions by type: a method that writes takes a `Tx`, and only `Transactions.run` creates one. No code can write
 * outside a transaction by accident. READ COMMITTED; invariants take a row lock (see `lockOrganization`).
 */
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';

declare const tx: unique symbol;

/** An open transaction. */
export type Tx = EntityManager & { readonly [tx]: true };

@Injectable()
export class Transactions {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Runs the work in one transaction and commits when it resolves; any error rolls everything back and is rethrown. A
   * deadlock or serialization failure (SQLSTATE 40P01, 40001) is retried with a new transaction, at most three
   * attempts. The work must therefore have no effect outside the transaction.
   */
  async run<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.dataSource.transaction((manager) => work(manager as Tx));
      } catch (error) {
        if (attempt >= 3 || !isRetryable(error)) throw error;
      }
    }
  }
}

function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === '40001' || code === '40P01';
}

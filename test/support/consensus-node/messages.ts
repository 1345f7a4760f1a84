/** Decodes protobuf messages for the ledger, and checks the operator's signature. */
import { proto } from '@hiero-ledger/proto';
import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { Submitted } from './ledger.js';

export interface ReadTransaction extends Submitted {
  readonly body: proto.ITransactionBody;
  readonly isSigned: boolean;
}

const ED25519_DER = '302a300506032b6570032100';

export function ed25519(rawKey: string): KeyObject {
  return createPublicKey({ key: Buffer.from(ED25519_DER + rawKey, 'hex'), format: 'der', type: 'spki' });
}

/** Signed transaction; `isSigned` tells whether the operator signed it. */
export function readTransaction(bytes: Uint8Array, operator: KeyObject): ReadTransaction {
  const { signedTransactionBytes } = proto.Transaction.decode(bytes);
  const { bodyBytes, sigMap } = proto.SignedTransaction.decode(signedTransactionBytes);
  const body = proto.TransactionBody.decode(bodyBytes);
  const isSigned = (sigMap?.sigPair ?? []).some(
    ({ ed25519: signature }) => signature && verify(null, bodyBytes, operator, signature),
  );
  const start = body.transactionID?.transactionValidStart;
  const validFromMs = Number(start?.seconds ?? 0) * 1_000 + Math.floor((start?.nanos ?? 0) / 1_000_000);
  const validForMs = Number(body.transactionValidDuration?.seconds ?? 0) * 1_000;
  return { body, isSigned, id: idText(body.transactionID), validFromMs, validForMs };
}

export function idText(id: proto.ITransactionID | null | undefined): string {
  const start = id?.transactionValidStart;
  const payer = String(id?.accountID?.accountNum ?? 0);
  return `0.0.${payer}@${String(start?.seconds ?? 0)}.${String(start?.nanos ?? 0).padStart(9, '0')}`;
}

export function rawKeyOf(key: proto.IKey | null | undefined): string {
  return Buffer.from(key?.ed25519 ?? key?.ECDSASecp256k1 ?? []).toString('hex');
}

export function accountId(number: number | null): object | null {
  return number === null ? null : { shardNum: 0, realmNum: 0, accountNum: number };
}

export function codeNumber(name: string): number {
  return proto.ResponseCodeEnum[name as keyof typeof proto.ResponseCodeEnum];
}

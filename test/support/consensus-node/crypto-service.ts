/** Calls of `proto.CryptoService` that Latchkey makes, answered from the ledger. */
import { proto } from '@hiero-ledger/proto';
import type { KeyObject } from 'node:crypto';
import type { Ledger } from './ledger.js';
import { accountId, codeNumber, idText, rawKeyOf, readTransaction } from './messages.js';

/** Fee of one query, in tinybar. */
const QUERY_COST = 25;

export type Call = (request: Uint8Array) => Uint8Array;

/** Handlers by method name, from bytes to bytes. */
export function cryptoCalls(ledger: Ledger, operator: KeyObject): Record<string, Call> {
  const submit =
    (act: (read: ReturnType<typeof readTransaction>) => string): Call =>
    (request) => {
      const read = readTransaction(request, operator);
      const code = read.isSigned ? act(read) : 'INVALID_SIGNATURE';
      return encode(proto.TransactionResponse, { nodeTransactionPrecheckCode: codeNumber(code) });
    };
  return {
    createAccount: submit((read) => {
      const { key, initialBalance } = read.body.cryptoCreateAccount ?? {};
      const keyBytes = proto.Key.encode(key ?? {}).finish();
      return ledger.create(read, keyBytes, rawKeyOf(key), BigInt(String(initialBalance ?? 0)));
    }),
    cryptoTransfer: submit((read) => {
      const amounts = read.body.cryptoTransfer?.transfers?.accountAmounts ?? [];
      const paid = amounts.find(({ amount }) => Number(amount) > 0);
      return ledger.transfer(read, Number(paid?.accountID?.accountNum ?? 0), BigInt(String(paid?.amount ?? 0)));
    }),
    getTransactionReceipts: (request) => receiptAnswer(ledger, request),
    getAccountInfo: (request) => infoAnswer(ledger, request, operator),
    cryptoGetBalance: (request) => balanceAnswer(ledger, request),
  };
}

function receiptAnswer(ledger: Ledger, request: Uint8Array): Uint8Array {
  const { transactionGetReceipt } = proto.Query.decode(request);
  const { status, account } = ledger.receipt(idText(transactionGetReceipt?.transactionID));
  const isFound = status !== 'RECEIPT_NOT_FOUND';
  const receipt = { status: codeNumber(isFound ? status : 'UNKNOWN'), accountID: accountId(account) };
  const header = { nodeTransactionPrecheckCode: codeNumber(isFound ? 'OK' : status) };
  return encode(proto.Response, { transactionGetReceipt: { header, receipt } });
}

function infoAnswer(ledger: Ledger, request: Uint8Array, operator: KeyObject): Uint8Array {
  const { cryptoGetInfo } = proto.Query.decode(request);
  const answer = (code: string, info: object = {}): Uint8Array => {
    const header = { nodeTransactionPrecheckCode: codeNumber(code), cost: QUERY_COST };
    return encode(proto.Response, { cryptoGetInfo: { header, ...info } });
  };
  const account = ledger.accounts.get(Number(cryptoGetInfo?.accountID?.accountNum ?? 0));
  if (account === undefined) return answer('INVALID_ACCOUNT_ID');
  if (account.deleted) return answer('ACCOUNT_DELETED');
  if (cryptoGetInfo?.header?.responseType === proto.ResponseType.COST_ANSWER) return answer('OK');
  const payment = cryptoGetInfo?.header?.payment;
  const isPaid = payment && readTransaction(proto.Transaction.encode(payment).finish(), operator).isSigned;
  if (!isPaid) return answer('INVALID_SIGNATURE');
  return answer('OK', {
    accountInfo: {
      accountID: accountId(account.number),
      key: proto.Key.decode(account.key),
      balance: String(account.balance),
      expirationTime: { seconds: 9_999_999_999 },
    },
  });
}

function balanceAnswer(ledger: Ledger, request: Uint8Array): Uint8Array {
  const number = Number(proto.Query.decode(request).cryptogetAccountBalance?.accountID?.accountNum ?? 0);
  const account = ledger.accounts.get(number);
  const header = { nodeTransactionPrecheckCode: codeNumber(account ? 'OK' : 'INVALID_ACCOUNT_ID') };
  const balance = String(account?.balance ?? 0);
  return encode(proto.Response, { cryptogetAccountBalance: { header, accountID: accountId(number), balance } });
}

interface Message {
  encode(message: never): { finish(): Uint8Array };
}

/** 64-bit numbers may be given as numbers or strings, which the library accepts and its types do not declare. */
function encode(type: Message, object: object): Uint8Array {
  return type.encode(object as never).finish();
}

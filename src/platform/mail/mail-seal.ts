/**
 * Encryption of mails in the queue's table: a mail may contain an invitation or a reset link (tested by
 * test/api/mail/queue.spec.ts).
 */
import type { VersionedKey } from '../../../config/app-config.js';
import { open, seal, type Sealed } from '../crypto/sealed-json.js';
import type { QueuedMail } from './mail-transport.js';

/** The payload of the job. */
export type SealedMail = Sealed;

const PURPOSE = 'latchkey/mail';

/** Encrypts with the newest key. */
export function sealMail(mail: QueuedMail, key: VersionedKey): SealedMail {
  return seal(PURPOSE, mail, key);
}

/** Decrypts. Throws when the key of the mail is not among `keys`, or when the payload was tampered with. */
export function openMail(sealed: SealedMail, keys: readonly VersionedKey[]): QueuedMail {
  return open(PURPOSE, sealed, keys) as QueuedMail;
}

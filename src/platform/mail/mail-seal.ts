/** Seals mails for the queue's table: a mail may hold an invitation or a reset link (held by mail/queue.spec.ts). */
import type { VersionedKey } from '../../../config/app-config.js';
import { open, seal, type Sealed } from '../crypto/sealed-json.js';
import type { QueuedMail } from './mail-transport.js';

/** What stands in the job's payload. */
export type SealedMail = Sealed;

const PURPOSE = 'latchkey/mail';

/** Seals with the newest key. */
export function sealMail(mail: QueuedMail, key: VersionedKey): SealedMail {
  return seal(PURPOSE, mail, key);
}

/** Throws when the key that sealed it is not among `keys` any more, or when the payload was tampered with. */
export function openMail(sealed: SealedMail, keys: readonly VersionedKey[]): QueuedMail {
  return open(PURPOSE, sealed, keys) as QueuedMail;
}

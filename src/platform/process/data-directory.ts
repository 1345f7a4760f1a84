/**
 * The start-up check of the mail directory, for a service without a mail server. Without it only the first mail would
 * fail.
 */
import { accessSync, constants } from 'node:fs';
import type { AppConfig } from '../../../config/app-config.js';
import { dataDirFault } from '../../../config/data-dir-fault.js';
import { makePrivateDirectory } from '../../../config/directories.js';

/** Throws an error that names DATA_DIR when the service needs to write there and cannot. */
export function requireUsableOutbox({ dataDir, mail }: AppConfig): void {
  if (mail.smtpUrl !== null) return;
  try {
    makePrivateDirectory(mail.outboxDir);
    accessSync(mail.outboxDir, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new Error(dataDirFault(dataDir, error) ?? (error as Error).message, { cause: error });
  }
}

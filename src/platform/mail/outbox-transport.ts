import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { createTransport } from 'nodemailer';
import type { MailSender } from '../../../config/app-config.js';
import { messageOf } from './mail-message.js';
import { MailTransport, type QueuedMail } from './mail-transport.js';

/** The transport that writes each mail to a file of its own, `<id>.eml`, readable only by the service's account. */
export class OutboxTransport extends MailTransport {
  private readonly composer;

  constructor(
    private readonly dir: string,
    private readonly from: MailSender,
  ) {
    super();
    this.composer = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
    // No quoted-printable: it breaks long lines, and a person should find the whole link in the file.
    this.composer.use('stream', ({ message }, done) => {
      message.getTransferEncoding = () => '8bit';
      done();
    });
  }

  /** A file is complete or absent, and a mail that is written twice is one file. */
  override async deliver(mail: QueuedMail): Promise<string> {
    const { message } = await this.composer.sendMail(messageOf(mail, this.from));
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    const file = join(this.dir, `${mail.id}.eml`);
    const draft = `${file}.new`;
    const handle = await open(draft, 'w', 0o600);
    try {
      await handle.writeFile(message as Buffer);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
    return file;
  }
}

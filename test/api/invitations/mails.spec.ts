/** What an invitation's mail shows of names that strangers choose, and how it says until when it is good. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { dbVerifyEmail, signUp, uniqueEmail, type Person } from '../../support/actors.js';
import { sharedApp, type TestApp } from '../../support/app.js';
import type { ReceivedMail } from '../../support/mails.js';
import { found } from '../../support/scene.js';

describe('the mail of an invitation', () => {
  let app: TestApp;
  let founder: Person;
  beforeAll(async () => {
    app = await sharedApp();
    founder = await signUp(app, 'Fred Founder');
    await dbVerifyEmail(founder);
  });

  async function mailFrom(inviter: Person, organizationName: string): Promise<ReceivedMail & { expiresAt: string }> {
    const { path } = await found(inviter, organizationName);
    const email = uniqueEmail();
    const { body } = await inviter.post(`${path}/invitations`, { email, role: 'member' }).expect(201);
    return { ...(await app.mails.waitFor(email)), expiresAt: (body as { expiresAt: string }).expiresAt };
  }

  it('names the organization and the inviter', async () => {
    const { subject, text } = await mailFrom(founder, 'Acme: Labs & Co.');
    expect(subject).toBe('Invitation to Acme: Labs & Co.');
    expect(text).toContain('Fred Founder invites you to join "Acme: Labs & Co." with the role member.');
  });

  it.each([
    'Your parcel is waiting: https://evil.example/pay',
    'evil.example',
    'evil。example/pay',
    'www evil',
    'me@evil.example',
    'Call 0800 123 45 67',
  ])('shows nothing of the name %j, in the subject or in the text', async (name) => {
    const { subject, text } = await mailFrom(founder, name);
    expect(subject).toBe('Invitation to an organization');
    expect(text).toContain('Fred Founder invites you to join an organization with the role member.');
    expect(text).not.toContain('evil');
    expect(text.match(/https?:/g)).toHaveLength(1);
  });

  it('shows nothing of an inviter whose name could be taken for a link', async () => {
    const inviter = await signUp(app, 'https://evil.example');
    await dbVerifyEmail(inviter);
    const { text } = await mailFrom(inviter, 'Acme');
    expect(text).toContain('A member invites you to join "Acme" with the role member.');
    expect(text).not.toContain('evil');
  });

  it('says until when it is good, in absolute time', async () => {
    const { text, expiresAt } = await mailFrom(founder, 'Acme');
    expect(text).toContain(`good until ${expiresAt.slice(0, 16).replace('T', ' ')} UTC`);
    expect(text).not.toMatch(/\d+ days?|within/);
  });

  it('has a subject of bounded length', async () => {
    const { subject } = await mailFrom(founder, 'Very '.repeat(19).trim());
    expect([...subject].length).toBeLessThanOrEqual('Invitation to '.length + 60);
  });
});

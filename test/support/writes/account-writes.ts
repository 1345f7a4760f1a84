/** Writes of passwords, address verification and profiles. */
import { PASSWORD, uniqueEmail } from '../actors.js';
import { expiredLinksGone, linksGone, personGone, sessionsEnded, sourceSeen, tokensRevoked } from './row-lists.js';
import { call, type Writes } from './write.js';

const NEW_PASSWORD = 'another long pass phrase 77';

export const ACCOUNT_WRITES: Writes = {
  'POST /api/v1/auth/password/change': {
    'tokens kept': {
      act: ({ caller }) =>
        caller.person.post('/api/v1/auth/password/change', { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
      status: 200,
      rows: [
        ...linksGone('reset_password', 'caller'),
        ...sourceSeen('caller'),
        ...sessionsEnded('caller', 'elsewhere', 'third'),
        '~ user of caller: password_hash, updated_at',
      ],
      events: ['user.password_changed of caller by caller on user caller'],
      mails: ['Your password was changed to caller'],
    },
    'tokens revoked': {
      act: ({ caller }) =>
        caller.person.post('/api/v1/auth/password/change', {
          currentPassword: PASSWORD,
          newPassword: NEW_PASSWORD,
          revokeTokens: true,
        }),
      status: 200,
      rows: [
        ...linksGone('reset_password', 'caller'),
        ...sourceSeen('caller'),
        ...sessionsEnded('caller', 'elsewhere', 'third'),
        ...tokensRevoked('caller'),
        '~ user of caller: password_hash, updated_at',
      ],
      events: ['user.password_changed of caller by caller on user caller'],
      mails: ['Your password was changed to caller'],
    },
    'with a wrong password': {
      act: ({ caller }) =>
        caller.person.post('/api/v1/auth/password/change', { currentPassword: 'wrong', newPassword: NEW_PASSWORD }),
      status: 401,
      events: ['session.sign_in_failed of caller by anonymous on user caller'],
    },
  },
  'POST /api/v1/auth/password/forgot': {
    'a known address': {
      act: (world) => call(world, '/api/v1/auth/password/forgot', { email: world.caller.person.email }),
      status: 202,
      rows: [...expiredLinksGone('caller'), '+ link of caller'],
      events: ['user.password_reset_requested of caller by anonymous on user caller'],
      mails: ['Choose a new password to caller'],
    },
    'an unknown address': {
      act: (world) => call(world, '/api/v1/auth/password/forgot', { email: uniqueEmail() }),
      status: 202,
    },
  },
  'POST /api/v1/auth/password/reset': {
    'a proven address': {
      act: (world) =>
        call(world, '/api/v1/auth/password/reset', { token: world.caller.reset, newPassword: NEW_PASSWORD }),
      status: 200,
      rows: [
        ...linksGone('reset_password', 'caller'),
        ...sourceSeen('caller'),
        ...sessionsEnded('caller', 'elsewhere', 'first', 'third'),
        '~ user of caller: password_hash, updated_at',
      ],
      events: ['user.password_reset of caller by caller on user caller'],
      mails: ['Your password was changed to caller'],
    },
    'a proven address, tokens revoked': {
      act: (world) =>
        call(world, '/api/v1/auth/password/reset', {
          token: world.caller.reset,
          newPassword: NEW_PASSWORD,
          revokeTokens: true,
        }),
      status: 200,
      rows: [
        ...linksGone('reset_password', 'caller'),
        ...sourceSeen('caller'),
        ...sessionsEnded('caller', 'elsewhere', 'first', 'third'),
        ...tokensRevoked('caller'),
        '~ user of caller: password_hash, updated_at',
      ],
      events: ['user.password_reset of caller by caller on user caller'],
      mails: ['Your password was changed to caller'],
    },
    'as the first proof': {
      act: (world) =>
        call(world, '/api/v1/auth/password/reset', { token: world.member.reset, newPassword: NEW_PASSWORD }),
      status: 200,
      rows: [
        ...linksGone('reset_password', 'member'),
        ...sourceSeen('member'),
        ...sessionsEnded('member', 'elsewhere', 'first', 'third'),
        ...tokensRevoked('member'),
        '~ user of member: email_verified_at, password_hash, updated_at',
      ],
      events: [
        'user.email_verified of member by member on user member',
        'user.password_reset of member by member on user member',
      ],
      mails: ['Your password was changed to member'],
    },
    'as the first proof, with a session': {
      act: (world) =>
        call(
          world,
          '/api/v1/auth/password/reset',
          { token: world.member.reset, newPassword: NEW_PASSWORD },
          world.member.person.cookie,
        ),
      status: 200,
      rows: [
        ...linksGone('reset_password', 'member'),
        ...sourceSeen('member'),
        ...sessionsEnded('member', 'elsewhere', 'first', 'third'),
        '~ user of member: email_verified_at, password_hash, updated_at',
      ],
      events: [
        'user.email_verified of member by member on user member',
        'user.password_reset of member by member on user member',
      ],
      mails: ['Your password was changed to member'],
    },
    'with an unknown link': {
      act: (world) =>
        call(world, '/api/v1/auth/password/reset', { token: world.member.verify, newPassword: NEW_PASSWORD }),
      status: 422,
    },
  },
  'POST /api/v1/auth/email/verify': {
    'as the first proof': {
      act: (world) => call(world, '/api/v1/auth/email/verify', { token: world.member.verify }),
      status: 200,
      rows: [
        ...linksGone('verify_email', 'member'),
        ...sessionsEnded('member', 'elsewhere', 'first', 'third'),
        ...tokensRevoked('member'),
        '~ user of member: email_verified_at, password_unproven_since, updated_at',
      ],
      events: ['user.email_verified of member by member on user member'],
    },
    'as the first proof, with a session': {
      act: ({ member }) => member.person.post('/api/v1/auth/email/verify', { token: member.verify }),
      status: 200,
      rows: [...linksGone('verify_email', 'member'), '~ user of member: email_verified_at, updated_at'],
      events: ['user.email_verified of member by member on user member'],
    },
    'as the first proof, with the session of somebody else': {
      act: ({ member, caller }) => caller.person.post('/api/v1/auth/email/verify', { token: member.verify }),
      status: 200,
      rows: [
        ...linksGone('verify_email', 'member'),
        ...sessionsEnded('member', 'elsewhere', 'first', 'third'),
        ...tokensRevoked('member'),
        '~ user of member: email_verified_at, password_unproven_since, updated_at',
      ],
      events: ['user.email_verified of member by member on user member'],
    },
    'of a proven address': {
      act: (world) => call(world, '/api/v1/auth/email/verify', { token: world.caller.verify }),
      status: 200,
      rows: [...linksGone('verify_email', 'caller')],
    },
    'of a mailbox that was proven without its owner': {
      given: ({ app, caller }) =>
        app.db('UPDATE users SET password_unproven_since = clock_timestamp() WHERE id = $1', [caller.person.id]),
      act: ({ caller }) => caller.person.post('/api/v1/auth/email/verify', { token: caller.verify }),
      status: 200,
      rows: [...linksGone('verify_email', 'caller'), '~ user of caller: password_unproven_since, updated_at'],
      events: ['user.email_verified of caller by caller on user caller'],
    },
    'with an unknown link': {
      act: (world) => call(world, '/api/v1/auth/email/verify', { token: world.member.reset }),
      status: 422,
    },
  },
  'POST /api/v1/auth/email/verification': {
    'of an unproven address': {
      act: ({ member }) => member.person.post('/api/v1/auth/email/verification'),
      status: 202,
      rows: [...expiredLinksGone('member'), '+ link of member'],
      mails: ['Prove your address to member'],
    },
    'of a proven address': { act: ({ caller }) => caller.person.post('/api/v1/auth/email/verification'), status: 202 },
  },
  'PATCH /api/v1/users/me': {
    'another name': {
      act: ({ caller }) => caller.person.patch('/api/v1/users/me', { name: 'Renamed' }),
      status: 200,
      rows: ['~ user of caller: name, updated_at'],
      events: ['user.updated of caller by caller on user caller'],
    },
    'the same name': {
      act: ({ caller: { person } }) => person.patch('/api/v1/users/me', { name: person.name }),
      status: 200,
    },
  },
  'DELETE /api/v1/users/me': {
    'a member of two organizations': {
      act: ({ member }) => member.person.delete('/api/v1/users/me', { password: PASSWORD }),
      status: 204,
      rows: [
        ...personGone('member'),
        '~ invitation by member of A: cancelled_at, invited_by',
        '~ invitation by member of B: cancelled_at, invited_by',
      ],
      events: [
        'invitation.cancelled of A by member on invitation by member',
        'invitation.cancelled of B by member on invitation by member',
        'membership.left of A by member on membership member',
        'membership.left of B by member on membership member',
        'user.deleted of member by member on user member',
      ],
      mails: ['Your account was deleted to member'],
    },
    'who has invited into both': {
      act: ({ admin }) => admin.person.delete('/api/v1/users/me', { password: PASSWORD }),
      status: 204,
      rows: [
        ...personGone('admin'),
        '~ invitation accepted of A: invited_by',
        '~ invitation accepted of B: invited_by',
        '~ invitation cancelled of A: invited_by',
        '~ invitation cancelled of B: invited_by',
        '~ invitation expired of A: cancelled_at, invited_by',
        '~ invitation expired of B: cancelled_at, invited_by',
        '~ invitation first of A: cancelled_at, invited_by',
        '~ invitation first of B: cancelled_at, invited_by',
        '~ invitation second of A: cancelled_at, invited_by',
        '~ invitation second of B: cancelled_at, invited_by',
        '~ token expired of A: created_by',
        '~ token expired of B: created_by',
        '~ token first of A: created_by',
        '~ token first of B: created_by',
        '~ token revoked of A: created_by',
        '~ token revoked of B: created_by',
        '~ token twin of A: created_by',
        '~ token twin of B: created_by',
      ],
      events: [
        'invitation.cancelled of A by admin on invitation first',
        'invitation.cancelled of A by admin on invitation second',
        'invitation.cancelled of B by admin on invitation first',
        'invitation.cancelled of B by admin on invitation second',
        'membership.left of A by admin on membership admin',
        'membership.left of B by admin on membership admin',
        'user.deleted of admin by admin on user admin',
      ],
      mails: ['Your account was deleted to admin'],
    },
    'with a wrong password': {
      act: ({ member }) => member.person.delete('/api/v1/users/me', { password: NEW_PASSWORD }),
      status: 401,
      events: ['session.sign_in_failed of member by anonymous on user member'],
    },
    'the last owner': {
      given: ({ app, coowner, B }) =>
        app.db('DELETE FROM memberships WHERE organization_id = $1 AND user_id = $2', [B.id, coowner.person.id]),
      act: ({ caller }) => caller.person.delete('/api/v1/users/me', { password: PASSWORD }),
      status: 409,
    },
  },
};

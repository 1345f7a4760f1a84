/** Writes of organizations, members and invitations. */
import type { World } from '../mirrored-organizations.js';
import { organizationGone } from './row-lists.js';
import { bearer, demoted, DEMOTION, type Writes } from './write.js';

const memberPath = (world: World, name: 'admin' | 'member' | 'coowner' | 'caller'): string =>
  `${world.A.path}/members/${world[name].person.id}`;

export const ORGANIZATION_WRITES: Writes = {
  'POST /api/v1/organizations': {
    'a new one': {
      act: ({ caller }) => caller.person.post('/api/v1/organizations', { name: 'Third' }),
      status: 201,
      rows: ['+ membership of new', '+ name of new', '+ organization of new'],
      events: ['organization.created of new by caller on organization new'],
    },
    'with a slug that is taken': {
      act: ({ caller, B }) => caller.person.post('/api/v1/organizations', { name: 'Third', slug: B.slug }),
      status: 409,
    },
  },
  'PATCH /api/v1/organizations/:organization': {
    'another name': {
      act: ({ caller, A }) => caller.person.patch(A.path, { name: 'Renamed' }),
      status: 200,
      rows: ['~ organization of A: name, updated_at'],
      events: ['organization.updated of A by caller on organization A'],
    },
    'by a token': {
      act: (world) => bearer(world, world.A.token).patch(world.A.path, { name: 'Renamed' }),
      status: 200,
      rows: ['~ organization of A: name, updated_at'],
      events: ['organization.updated of A by organization_token first on organization A'],
    },
    'the same name': { act: ({ caller, A }) => caller.person.patch(A.path, { name: A.name }), status: 200 },
    refused: {
      act: ({ viewer, A }) => viewer.person.patch(A.path, { name: 'Renamed' }),
      status: 403,
      events: ['permission.refused of A by viewer on route PATCH /api/v1/organizations/:organization'],
    },
  },
  'DELETE /api/v1/organizations/:organization': {
    'with everything': {
      act: ({ caller, A }) => caller.person.delete(A.path, { confirm: A.slug }),
      status: 204,
      rows: [...organizationGone('A')],
      events: ['organization.deleted of A by caller on organization A'],
    },
    refused: {
      act: ({ admin, A }) => admin.person.delete(A.path, { confirm: A.slug }),
      status: 403,
      events: ['permission.refused of A by admin on route DELETE /api/v1/organizations/:organization'],
    },
  },
  'PATCH /api/v1/organizations/:organization/members/:userId': {
    'an inviter who may invite no longer': {
      act: (world) => world.caller.person.patch(memberPath(world, 'admin'), { role: 'viewer' }),
      status: 200,
      rows: [
        '~ invitation first of A: cancelled_at',
        '~ invitation second of A: cancelled_at',
        '~ membership admin of A: role',
      ],
      events: [
        'invitation.cancelled of A by caller on invitation first',
        'invitation.cancelled of A by caller on invitation second',
        'membership.role_changed of A by caller on membership admin',
      ],
    },
    'somebody raised': {
      act: (world) => world.caller.person.patch(memberPath(world, 'member'), { role: 'admin' }),
      status: 200,
      rows: ['~ membership member of A: role'],
      events: ['membership.role_changed of A by caller on membership member'],
    },
    'by a token of the other organization': {
      act: (world) => bearer(world, world.B.token).patch(memberPath(world, 'member'), { role: 'viewer' }),
      status: 404,
    },
    'by a token': {
      act: (world) => bearer(world, world.A.token).patch(memberPath(world, 'member'), { role: 'viewer' }),
      status: 200,
      rows: ['~ invitation by member of A: cancelled_at', '~ membership member of A: role'],
      events: [
        'invitation.cancelled of A by organization_token first on invitation by member',
        'membership.role_changed of A by organization_token first on membership member',
      ],
    },
    oneself: {
      act: (world) => world.caller.person.patch(memberPath(world, 'caller'), { role: 'admin' }),
      status: 200,
      rows: ['~ membership caller of A: role'],
      events: ['membership.role_changed of A by caller on membership caller'],
    },
    'by somebody demoted meanwhile': {
      ...DEMOTION,
      act: (world) => demoted(world, (admin) => admin.patch(memberPath(world, 'member'), { role: 'viewer' })),
      status: 403,
      events: ['permission.refused of A by admin on route PATCH /api/v1/organizations/:organization/members/:userId'],
    },
    'the same role': {
      act: (world) => world.caller.person.patch(memberPath(world, 'member'), { role: 'member' }),
      status: 200,
    },
    refused: {
      act: (world) => world.member.person.patch(memberPath(world, 'admin'), { role: 'viewer' }),
      status: 403,
      events: ['permission.refused of A by member on route PATCH /api/v1/organizations/:organization/members/:userId'],
    },
    'an owner, by an admin': {
      act: (world) => world.admin.person.patch(memberPath(world, 'coowner'), { role: 'viewer' }),
      status: 403,
      events: ['permission.refused of A by admin on route PATCH /api/v1/organizations/:organization/members/:userId'],
    },
  },
  'DELETE /api/v1/organizations/:organization/members/:userId': {
    'an inviter': {
      act: (world) => world.caller.person.delete(memberPath(world, 'admin')),
      status: 204,
      rows: [
        '+ former membership admin of A',
        '- membership admin of A',
        '~ invitation expired of A: cancelled_at',
        '~ invitation first of A: cancelled_at',
        '~ invitation second of A: cancelled_at',
      ],
      events: [
        'invitation.cancelled of A by caller on invitation first',
        'invitation.cancelled of A by caller on invitation second',
        'membership.removed of A by caller on membership admin',
      ],
    },
    'by a token': {
      act: (world) => bearer(world, world.A.token).delete(memberPath(world, 'member')),
      status: 204,
      rows: [
        '+ former membership member of A',
        '- membership member of A',
        '~ invitation by member of A: cancelled_at',
      ],
      events: [
        'invitation.cancelled of A by organization_token first on invitation by member',
        'membership.removed of A by organization_token first on membership member',
      ],
    },
    oneself: {
      act: (world) => world.member.person.delete(memberPath(world, 'member')),
      status: 204,
      rows: [
        '+ former membership member of A',
        '- membership member of A',
        '~ invitation by member of A: cancelled_at',
      ],
      events: [
        'invitation.cancelled of A by member on invitation by member',
        'membership.left of A by member on membership member',
      ],
    },
    refused: {
      act: (world) => world.member.person.delete(memberPath(world, 'admin')),
      status: 403,
      events: ['permission.refused of A by member on route DELETE /api/v1/organizations/:organization/members/:userId'],
    },
  },
  'POST /api/v1/organizations/:organization/invitations': {
    'a new address': {
      act: ({ admin, A }) => admin.person.post(`${A.path}/invitations`, { email: 'new@example.test', role: 'viewer' }),
      status: 201,
      rows: ['+ invitation of A'],
      events: ['invitation.created of A by admin on invitation new'],
      mails: ['Invitation to Acme A to new@example.test'],
    },
    'renews an open one': {
      act: ({ admin, invitee, A }) =>
        admin.person.post(`${A.path}/invitations`, { email: invitee.person.email, role: 'viewer' }),
      status: 201,
      rows: ['+ invitation of A', '~ invitation first of A: cancelled_at'],
      events: [
        'invitation.cancelled of A by admin on invitation first',
        'invitation.created of A by admin on invitation new',
      ],
      mails: ['Invitation to Acme A to invitee'],
    },
    'renews an expired one': {
      act: ({ admin, A }) =>
        admin.person.post(`${A.path}/invitations`, { email: 'sixth@example.test', role: 'viewer' }),
      status: 201,
      rows: ['+ invitation of A', '~ invitation expired of A: cancelled_at'],
      events: ['invitation.created of A by admin on invitation new'],
      mails: ['Invitation to Acme A to sixth@example.test'],
    },
    'by a token': {
      act: (world) =>
        bearer(world, world.A.token).post(`${world.A.path}/invitations`, { email: 'new@example.test', role: 'viewer' }),
      status: 201,
      rows: ['+ invitation of A'],
      events: ['invitation.created of A by organization_token first on invitation new'],
      mails: ['Invitation to Acme A to new@example.test'],
    },
    'of a member': {
      act: ({ admin, member, A }) =>
        admin.person.post(`${A.path}/invitations`, { email: member.person.email, role: 'viewer' }),
      status: 409,
    },
    'with a role out of reach': {
      act: ({ admin, invitee, A }) =>
        admin.person.post(`${A.path}/invitations`, { email: invitee.person.email, role: 'owner' }),
      status: 403,
      events: ['permission.refused of A by admin on route POST /api/v1/organizations/:organization/invitations'],
    },
  },
  'DELETE /api/v1/organizations/:organization/invitations/:invitationId': {
    'an open one': {
      act: ({ caller, A }) => caller.person.delete(`${A.path}/invitations/${A.invitation.id}`),
      status: 204,
      rows: ['~ invitation first of A: cancelled_at'],
      events: ['invitation.cancelled of A by caller on invitation first'],
    },
    'one that is cancelled': {
      given: ({ caller, A }) => caller.person.delete(`${A.path}/invitations/${A.invitation.id}`).expect(204),
      act: ({ caller, A }) => caller.person.delete(`${A.path}/invitations/${A.invitation.id}`),
      status: 204,
    },
    'of the other organization': {
      act: ({ caller, A, B }) => caller.person.delete(`${A.path}/invitations/${B.invitation.id}`),
      status: 404,
    },
    refused: {
      act: ({ viewer, A }) => viewer.person.delete(`${A.path}/invitations/${A.invitation.id}`),
      status: 403,
      events: [
        'permission.refused of A by viewer on route DELETE /api/v1/organizations/:organization/invitations/:invitationId',
      ],
    },
  },
  'POST /api/v1/invitations/accept': {
    'with the address unproven': {
      act: ({ invitee, A }) => invitee.person.post('/api/v1/invitations/accept', { token: A.invitation.secret }),
      status: 200,
      rows: [
        '+ membership of A',
        '~ invitation first of A: accepted_at',
        '~ user of invitee: email_verified_at, updated_at',
      ],
      events: [
        'invitation.accepted of A by invitee on invitation first',
        'user.email_verified of invitee by invitee on user invitee',
      ],
    },
    'of another address': {
      act: ({ viewer, A }) => viewer.person.post('/api/v1/invitations/accept', { token: A.invitation.secret }),
      status: 404,
    },
    'for the second time': {
      given: ({ invitee, A }) =>
        invitee.person.post('/api/v1/invitations/accept', { token: A.invitation.secret }).expect(200),
      act: ({ invitee, A }) => invitee.person.post('/api/v1/invitations/accept', { token: A.invitation.secret }),
      status: 404,
    },
  },
};

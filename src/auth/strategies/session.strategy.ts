/**
 * The Passport strategy for sessions. passport-jwt checks the signature, and the verifier the session itself, on every
 * request, so that ending a session is immediate.
 */
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Strategy, type VerifiedCallback } from 'passport-jwt';
import { credentialOf } from '../../credentials/request-credential.js';
import { CredentialVerifier } from '../../verification/credential-verifier.service.js';
import { SessionTokenService } from '../sessions/session-token.service.js';

@Injectable()
export class SessionStrategy extends Strategy {
  constructor(verifier: CredentialVerifier, tokens: SessionTokenService) {
    const publicKey = tokens.publicKey.export({ type: 'spki', format: 'pem' });
    super(
      {
        jwtFromRequest: (request) => credentialOf((request as unknown as FastifyRequest).raw),
        secretOrKeyProvider: (_request, token: string, done) => {
          if (tokens.hasOwnHeader(token)) done(null, publicKey);
          else done('foreign header');
        },
        // The algorithm list is closed: neither `none` nor an HMAC keyed with the public key passes.
        algorithms: [tokens.algorithm],
        issuer: tokens.issuer,
        audience: tokens.audience,
        // The verifier checks it with the database's clock, the only one that all instances share.
        ignoreExpiration: true,
      },
      (payload: unknown, done: VerifiedCallback) => {
        const claims = tokens.claimsOf(payload);
        if (!claims) {
          done(null, false, 'malformed');
          return;
        }
        verifier.verifySession(claims).then(
          (verification) => {
            if (verification.ok) done(null, verification.principal);
            else done(null, false, verification.refusal);
          },
          (error: unknown) => {
            done(error);
          },
        );
      },
    );
  }
}

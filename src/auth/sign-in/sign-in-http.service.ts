/**
 * The HTTP side of sessions: reads credentials from a request and writes them into a response. The services know
 * neither.
 */
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { originOf } from '../../access-control/current-caller.decorator.js';
import { credentialOf } from '../../credentials/request-credential.js';
import type { SignedInResponse } from '../sessions/dto/sessions.responses.js';
import { RefreshService } from '../sessions/refresh.service.js';
import { SessionCookies } from '../sessions/session-cookies.service.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { SignInRequest } from './dto/sign-in.requests.js';
import { SignInService } from './sign-in.service.js';

@Injectable()
export class SignInHttpService {
  constructor(
    private readonly signIns: SignInService,
    private readonly refreshes: RefreshService,
    private readonly sessions: SessionsService,
    private readonly cookies: SessionCookies,
  ) {}

  async signIn(body: SignInRequest, request: FastifyRequest, reply: FastifyReply): Promise<SignedInResponse> {
    const presented = this.cookies.presented(request);
    return this.cookies.deliver(reply, await this.signIns.signIn(body, presented, originOf(request)));
  }

  async refresh(request: FastifyRequest, reply: FastifyReply): Promise<SignedInResponse> {
    const presented = this.cookies.presented(request);
    return this.cookies.deliver(reply, await this.refreshes.refresh(presented, originOf(request)));
  }

  async signOut(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const presented = this.cookies.presented(request);
    await this.sessions.signOut(presented, credentialOf(request.raw), originOf(request));
    this.cookies.clear(reply);
  }
}

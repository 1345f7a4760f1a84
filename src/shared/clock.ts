/** The process's clock, for what is no matter of authority; expiry of credentials is judged by the database's clock. */
import { Injectable } from '@nestjs/common';

@Injectable()
export class Clock {
  now(): Date {
    return new Date();
  }
}

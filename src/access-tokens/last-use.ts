/**
 * When and from where a token was last used. Noted in memory and written in one batch per interval, off the request's
 * way; a failure to write never fails a request.
 */
import { Injectable } from '@nestjs/common';

@Injectable()
export class LastUse {
  /** Notes a use, at most once a minute a token. */
  note(_tokenId: string, _ip: string): void {
    // being written
  }
}

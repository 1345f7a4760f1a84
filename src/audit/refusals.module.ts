import { Module } from '@nestjs/common';
import { RefusalsService } from './refusals.service.js';

/** Not global: NestJS shuts global modules down last, when the ORM may be closed and no summary can be written. */
@Module({
  providers: [RefusalsService],
  exports: [RefusalsService],
})
export class RefusalsModule {}

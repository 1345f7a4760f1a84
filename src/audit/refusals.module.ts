import { Module } from '@nestjs/common';
import { RefusalsService } from './refusals.service.js';

/** Not global: NestJS shuts global modules down last, when the ORM may be gone and no summary can be written any more. */
@Module({
  providers: [RefusalsService],
  exports: [RefusalsService],
})
export class RefusalsModule {}

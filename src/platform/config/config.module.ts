import { Global, Module, type DynamicModule } from '@nestjs/common';
import { AppConfig } from '../../../config/app-config.js';

@Global()
@Module({})
export class ConfigModule {
  /** Provides one validated configuration to every module. */
  static of(config: AppConfig): DynamicModule {
    return { module: ConfigModule, providers: [{ provide: AppConfig, useValue: config }], exports: [AppConfig] };
  }
}

import { Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { OperationGuard } from './guard.js';
import { OpenApiController } from './openapi.controller.js';
import { ProblemFilter } from './problem-filter.js';
import { RateLimits } from './rate-limits.js';
import { Recording } from './recording.js';
import { Routes } from './routes.js';
import { Validation } from './validation.js';

/** What every operation of the whole application gets: the guard, the validation, the shape of errors, and its place in /openapi.json. */
@Module({
  imports: [DiscoveryModule],
  controllers: [OpenApiController],
  providers: [
    Routes,
    RateLimits,
    { provide: APP_GUARD, useClass: OperationGuard },
    { provide: APP_INTERCEPTOR, useClass: Validation },
    { provide: APP_INTERCEPTOR, useClass: Recording },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
  exports: [Routes, RateLimits],
})
export class HttpModule {}

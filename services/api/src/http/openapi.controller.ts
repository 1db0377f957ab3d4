import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { openApi } from './openapi.js';
import { Operation } from './operation.js';
import { Routes } from './routes.js';

@Controller()
export class OpenApiController {
  private document?: ReturnType<typeof openApi>;

  constructor(private readonly routes: Routes) {}

  @Get('openapi.json')
  @Operation({
    summary: 'Describe this interface',
    permission: 'public',
    answers: { 200: z.looseObject({ openapi: z.string() }) },
  })
  describe() {
    return (this.document ??= openApi(this.routes.all(), '0.1.0'));
  }
}

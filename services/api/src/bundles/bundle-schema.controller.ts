import { bundleJsonSchema } from '@chasqui/bundles';
import { Controller, Get } from '@nestjs/common';
import { z } from 'zod';
import { Operation } from '../http/operation.js';

/** The JSON Schema of the bundle format, where an editor finds it: `# yaml-language-server: $schema=https://…/bundle.schema.json`. */
@Controller()
export class BundleSchemaController {
  private readonly schema = bundleJsonSchema();

  @Get('bundle.schema.json')
  @Operation({
    summary: 'Describe the bundle format as a JSON Schema',
    permission: 'public',
    answers: { 200: z.looseObject({ $schema: z.string() }) },
  })
  describe() {
    return this.schema as { $schema: string };
  }
}

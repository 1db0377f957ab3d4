// Writes the tables of docs/guide/permissions.md from the operations and the built-in commands there are. After `tsc -b services/api`:
//
//   node services/api/scripts/write-docs.mjs
//
// A test says so when they are out of date.
import 'reflect-metadata';
import { readFileSync, writeFileSync } from 'node:fs';
import { ApiModule } from '../dist/api.module.js';
import { allRoutes } from '../dist/http/all-routes.js';
import { permissionsPage } from '../dist/people/permissions-page.js';

const page = new URL('../../../docs/guide/permissions.md', import.meta.url);
writeFileSync(page, permissionsPage(readFileSync(page, 'utf8'), allRoutes(ApiModule.with({}))));

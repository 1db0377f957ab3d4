import { Controller, Delete, Get, Inject, Param, Query } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { channelOf } from '../configuration/owner.js';
import { Events } from '../events.js';
import { Operation } from '../http/operation.js';
import { Asker, type Principal } from '../http/principal.js';
import { idOf } from '../people/users.service.js';
import { deleteEntry, listEntries, readEntry, type Scope, type Shelf } from './entries.js';
import { storeProblems } from './store-problems.js';
import {
  BundleListQuery,
  BundleUsage,
  EntryList,
  EntryWithValue,
  OfBundleEntry,
  OfBundleStore,
  OwnerQuery,
} from './store-shapes.js';
import { page, told } from './told.js';
import { usageOf } from './usage.js';

/** The key-value store as operators see it: what each bundle keeps, for whom. */
@Controller('store/bundles/:bundle')
export class StoreEntriesController {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    private readonly events: Events,
  ) {}

  @Get()
  @Operation({
    summary: 'Show how much a bundle keeps in the store, and for whom',
    permission: 'chasqui:read-store',
    on: { bundle: 'bundle' },
    params: OfBundleStore,
    answers: { 200: BundleUsage },
  })
  usage(@Param() { bundle }: OfBundleStore): Promise<BundleUsage> {
    return usageOf(this.dataSource, bundle);
  }

  @Get('entries')
  @Operation({
    summary: 'List the entries of a bundle in one scope',
    permission: 'chasqui:read-store',
    on: { bundle: 'bundle' },
    params: OfBundleStore,
    query: BundleListQuery,
    answers: { 200: EntryList },
    errors: [404, 422],
  })
  async list(
    @Param() { bundle }: OfBundleStore,
    @Query() { scope, owner, ...query }: BundleListQuery,
  ): Promise<EntryList> {
    return page(
      await listEntries(this.dataSource, await this.shelf(bundle, scope, owner), query),
      query.limit,
    );
  }

  @Get('entries/:scope/:key')
  @Operation({
    summary: 'Show an entry with its value',
    permission: 'chasqui:read-store',
    on: { bundle: 'bundle' },
    params: OfBundleEntry,
    query: OwnerQuery,
    answers: { 200: EntryWithValue },
    errors: [404, 422],
  })
  async get(
    @Param() { bundle, scope, key }: OfBundleEntry,
    @Query() { owner }: OwnerQuery,
  ): Promise<EntryWithValue> {
    const entry = await readEntry(this.dataSource, await this.shelf(bundle, scope, owner), key);
    if (!entry) throw storeProblems.noSuchEntry(scope, key);
    return { ...told(entry), value: entry.value.toString() };
  }

  @Delete('entries/:scope/:key')
  @Operation({
    summary: 'Delete an entry of a bundle',
    subject: 'store-entry',
    permission: 'chasqui:manage-store',
    on: { bundle: 'bundle' },
    params: OfBundleEntry,
    query: OwnerQuery,
    answers: { 204: null },
    errors: [404, 422],
  })
  async remove(
    @Param() { bundle, scope, key }: OfBundleEntry,
    @Query() { owner }: OwnerQuery,
    @Asker() asker: Principal,
  ): Promise<void> {
    const shelf = await this.shelf(bundle, scope, owner);
    if (!(await deleteEntry(this.dataSource, shelf, key))) throw storeProblems.noSuchEntry(scope, key);
    this.events.storeEntryDeleted({ ...shelf, key }, asker.username);
  }

  private async shelf(bundle: string, scope: Scope, owner: string | undefined): Promise<Shelf> {
    if (scope === 'bundle') return { bundle, scope, owner: '' };
    if (!owner) throw storeProblems.noUserOrChannel(scope);
    const { manager } = this.dataSource;
    if (scope === 'user') return { bundle, scope, owner: await idOf(manager, owner) };
    return { bundle, scope, owner: (await channelOf(manager, owner)).owner };
  }
}

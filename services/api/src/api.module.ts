import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { BundleSchemaController } from './bundles/bundle-schema.controller.js';
import { BundlesController } from './bundles/bundles.controller.js';
import { BundlePermissions } from './bundles/bundle-permissions.service.js';
import { Bundles } from './bundles/bundles.service.js';
import { AliasCommand } from './aliases/alias-command.service.js';
import { AliasesController } from './aliases/aliases.controller.js';
import { Aliases } from './aliases/aliases.service.js';
import { BuiltIns } from './built-ins/built-ins.service.js';
import { History } from './built-ins/history.service.js';
import { Recall } from './built-ins/recall.service.js';
import { Apologies } from './commands/apologies.service.js';
import { ChatMessagesConsumer } from './commands/chat-messages.consumer.js';
import { Commands } from './commands/commands.service.js';
import { Lookup } from './commands/lookup.service.js';
import { Orders } from './commands/orders.service.js';
import { ConfigController } from './configuration/config.controller.js';
import { ConfigValues } from './configuration/config-values.service.js';
import { Configuration } from './configuration/configuration.service.js';
import { Events } from './events.js';
import { HealthController } from './health/health.controller.js';
import { HttpModule } from './http/http.module.js';
import { CONFIG, LOGGER, METRICS, TRANSPORT } from './parts.js';
import { PERMISSION_CATALOGUE } from './people/permission-catalogue.js';
import { PeopleModule } from './people/people.module.js';
import { Pipelines } from './pipelines/pipelines.service.js';
import { StageStarts } from './pipelines/stage-starts.service.js';
import { RelayBoard } from './relays/board.service.js';
import { HeartbeatsConsumer } from './relays/heartbeats.consumer.js';
import { RelaysController } from './relays/relays.controller.js';
import { Relays } from './relays/relays.service.js';
import { Endings } from './runs/endings.service.js';
import { Followers } from './runs/followers.service.js';
import { Outbox } from './runs/outbox.service.js';
import { Progress } from './runs/progress.service.js';
import { ReportsConsumer } from './runs/reports.consumer.js';
import { Reports } from './runs/reports.service.js';
import { RunsController } from './runs/runs.controller.js';
import { Sweep } from './runs/sweep.service.js';
import { StoreController } from './store/store.controller.js';
import { StoreEntriesController } from './store/store-entries.controller.js';
import { StoreGuard } from './store/store-guard.service.js';
import { StoreSweep } from './store/store-sweep.service.js';
import { RunAuthenticator } from './http/run-authenticator.js';
import type { ApiParts } from './parts.js';

/** The whole API: how a command comes in, how its end comes back, and what REST shows of both. */
@Module({})
export class ApiModule {
  static with(parts: ApiParts): DynamicModule {
    const given: Provider[] = [
      { provide: DataSource, useValue: parts.dataSource },
      { provide: CONFIG, useValue: parts.config },
      { provide: TRANSPORT, useValue: parts.transport },
      { provide: LOGGER, useValue: parts.logger },
      { provide: METRICS, useValue: parts.metrics },
      { provide: PERMISSION_CATALOGUE, useClass: BundlePermissions },
      { provide: RunAuthenticator, useClass: StoreGuard },
    ];
    return {
      module: ApiModule,
      imports: [HttpModule, PeopleModule],
      controllers: [
        ChatMessagesConsumer,
        HeartbeatsConsumer,
        ReportsConsumer,
        RunsController,
        BundlesController,
        BundleSchemaController,
        RelaysController,
        ConfigController,
        AliasesController,
        StoreController,
        StoreEntriesController,
        HealthController,
      ],
      providers: [
        ...given,
        Events,
        Lookup,
        Commands,
        Orders,
        StageStarts,
        Pipelines,
        BuiltIns,
        History,
        Recall,
        Aliases,
        AliasCommand,
        Apologies,
        Outbox,
        Progress,
        Followers,
        Endings,
        Reports,
        Sweep,
        RelayBoard,
        Relays,
        Bundles,
        Configuration,
        ConfigValues,
        StoreSweep,
      ],
      exports: given,
      global: true,
    };
  }
}

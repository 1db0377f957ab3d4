import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { AdapterBoard } from './adapters/adapter-board.service.js';
import { AdapterDoor } from './adapters/adapter-door.service.js';
import { Adapters } from './adapters/adapters.service.js';
import { AdaptersController } from './adapters/adapters.controller.js';
import { SealedReplies } from './adapters/sealed-replies.service.js';
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
import { Sources } from './built-ins/sources.service.js';
import { Apologies } from './commands/apologies.service.js';
import { ChatMessagesConsumer } from './commands/chat-messages.consumer.js';
import { ChatPace } from './commands/chat-pace.service.js';
import { Commands } from './commands/commands.service.js';
import { Lookup } from './commands/lookup.service.js';
import { Orders } from './commands/orders.service.js';
import { PolicyDiffController } from './explain/policy-diff.controller.js';
import { PolicyDiffs } from './explain/policy-diff.service.js';
import { SimulateController } from './explain/simulate.controller.js';
import { Simulation } from './explain/simulation.service.js';
import { WhyCommand } from './explain/why-command.service.js';
import { CancelCommand } from './cancelling/cancel-command.service.js';
import { Cancels } from './cancelling/cancels.service.js';
import { ConfigController } from './configuration/config.controller.js';
import { ConfigValues } from './configuration/config-values.service.js';
import { Configuration } from './configuration/configuration.service.js';
import { Credentials } from './credentials/credentials.service.js';
import { CredentialWatch } from './credentials/credential-watch.service.js';
import { Events } from './events.js';
import { HealthController } from './health/health.controller.js';
import { HttpModule } from './http/http.module.js';
import { CONFIG, LOGGER, METRICS, TRANSPORT } from './parts.js';
import { PERMISSION_CATALOGUE } from './people/permission-catalogue.js';
import { PeopleModule } from './people/people.module.js';
import { Pipelines } from './pipelines/pipelines.service.js';
import { Retries } from './pipelines/retries.service.js';
import { PipelineSteps } from './pipelines/pipeline-steps.service.js';
import { StageFacts } from './pipelines/stage-facts.service.js';
import { StagePlaces } from './pipelines/stage-places.service.js';
import { StageStarts } from './pipelines/stage-starts.service.js';
import { FanOuts } from './pipelines/fan-outs.service.js';
import { StageWaits } from './pipelines/stage-waits.service.js';
import { LocksCommand } from './waiting/locks-command.service.js';
import { LocksController } from './waiting/locks.controller.js';
import { Turns } from './waiting/turns.service.js';
import { Identities } from './registration/identities.service.js';
import { IdentitiesController } from './registration/identities.controller.js';
import { Registration } from './registration/registration.service.js';
import { Registrations } from './registration/registrations.service.js';
import { RegisterPageController } from './registration/register-page.controller.js';
import { RegistrationsController } from './registration/registrations.controller.js';
import { BoardTags } from './relays/board-tags.service.js';
import { RelayTags } from './http/relay-tags.js';
import { RelayBoard } from './relays/board.service.js';
import { HeartbeatsConsumer } from './relays/heartbeats.consumer.js';
import { RelayChanges } from './relays/relay-changes.service.js';
import { RelayGauges } from './relays/relay-gauges.service.js';
import { RefusedTags } from './relays/refused-tags.service.js';
import { RelayLife } from './relays/relay-life.service.js';
import { RelayMatchesController } from './relays/relay-matches.controller.js';
import { RelaysController } from './relays/relays.controller.js';
import { ToldRelays } from './relays/told-relay.js';
import { ChannelSelectors } from './channels/channel-relays.service.js';
import { ChannelsController } from './channels/channels.controller.js';
import { ProtectedTagsController } from './site-rules/protected-tags.controller.js';
import { ProtectedTags } from './site-rules/protected-tags.service.js';
import { Relays } from './relays/relays.service.js';
import { Endings } from './runs/endings.service.js';
import { Followers } from './runs/followers.service.js';
import { Outbox } from './runs/outbox.service.js';
import { Progress } from './runs/progress.service.js';
import { ReportsConsumer } from './runs/reports.consumer.js';
import { Reports } from './runs/reports.service.js';
import { FilesController } from './files/files.controller.js';
import { RunsController } from './runs/runs.controller.js';
import { Sweep } from './runs/sweep.service.js';
import { Protections } from './site-rules/protections.service.js';
import { ProtectionsController } from './site-rules/protections.controller.js';
import { SitePolicies } from './site-rules/site-policies.service.js';
import { SiteRules } from './site-rules/site-rules.service.js';
import { SiteRulesController } from './site-rules/site-rules.controller.js';
import { Firings } from './schedules/firings.service.js';
import { ScheduleCommand } from './schedules/schedule-command.service.js';
import { SchedulesController } from './schedules/schedules.controller.js';
import { Schedules } from './schedules/schedules.service.js';
import { Scheduling } from './schedules/scheduling.service.js';
import { SecretsController } from './secrets/secrets.controller.js';
import { Secrets } from './secrets/secrets.service.js';
import { StoreController } from './store/store.controller.js';
import { StoreEntriesController } from './store/store-entries.controller.js';
import { StoreGuard } from './store/store-guard.service.js';
import { StoreSweep } from './store/store-sweep.service.js';
import { AuditController } from './audit/audit.controller.js';
import { Audit } from './audit/audit.service.js';
import { LogsCommand } from './audit/logs-command.service.js';
import { RequestRecorder } from './audit/request-recorder.service.js';
import { Sealer } from './audit/sealer.service.js';
import { AuditSubjects } from './audit/subjects.service.js';
import { ChangeRecorder } from './http/recorder.js';
import { RunAuthenticator } from './http/run-authenticator.js';
import { SessionReader } from './http/session-reader.js';
import { signInControllers, signInProviders } from './sign-in/parts-of-sign-in.js';
import { SessionCookies } from './sign-in/session-cookies.service.js';
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
      { provide: SessionReader, useClass: SessionCookies },
      { provide: RelayTags, useClass: BoardTags },
      { provide: ChangeRecorder, useClass: RequestRecorder },
    ];
    return {
      module: ApiModule,
      imports: [HttpModule, PeopleModule],
      controllers: [
        ...signInControllers,
        ChatMessagesConsumer,
        HeartbeatsConsumer,
        ReportsConsumer,
        RunsController,
        FilesController,
        LocksController,
        BundlesController,
        BundleSchemaController,
        RelaysController,
        RelayMatchesController,
        AdaptersController,
        ConfigController,
        SimulateController,
        PolicyDiffController,
        AliasesController,
        SiteRulesController,
        ProtectionsController,
        ProtectedTagsController,
        ChannelsController,
        RegistrationsController,
        RegisterPageController,
        IdentitiesController,
        StoreController,
        StoreEntriesController,
        HealthController,
        SecretsController,
        AuditController,
        SchedulesController,
      ],
      providers: [
        ...given,
        ...signInProviders,
        Events,
        Audit,
        LogsCommand,
        Sealer,
        AuditSubjects,
        Lookup,
        Commands,
        Orders,
        PipelineSteps,
        StageFacts,
        StagePlaces,
        StageStarts,
        StageWaits,
        FanOuts,
        Retries,
        Turns,
        LocksCommand,
        Pipelines,
        BuiltIns,
        Cancels,
        CancelCommand,
        History,
        Sources,
        Recall,
        Aliases,
        Registration,
        Registrations,
        Identities,
        AliasCommand,
        Apologies,
        ChatPace,
        Outbox,
        Progress,
        Followers,
        Endings,
        Reports,
        Sweep,
        Credentials,
        CredentialWatch,
        AdapterBoard,
        AdapterDoor,
        Adapters,
        SealedReplies,
        RelayBoard,
        SitePolicies,
        SiteRules,
        Protections,
        ProtectedTags,
        ChannelSelectors,
        RelayChanges,
        RelayLife,
        RefusedTags,
        RelayGauges,
        ToldRelays,
        Relays,
        Bundles,
        Configuration,
        ConfigValues,
        Simulation,
        PolicyDiffs,
        WhyCommand,
        StoreSweep,
        Secrets,
        Schedules,
        Scheduling,
        ScheduleCommand,
        Firings,
      ],
      exports: given,
      global: true,
    };
  }
}

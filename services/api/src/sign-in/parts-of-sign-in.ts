import type { Provider as Provided, Type } from '@nestjs/common';
import { Arrivals } from '../oidc/arrivals.service.js';
import { ClaimedGroups } from '../oidc/claimed-groups.service.js';
import { Flows } from '../oidc/flows.service.js';
import { GroupClaimsController } from '../oidc/group-claims.controller.js';
import { Leaving } from '../oidc/leaving.service.js';
import { OidcController } from '../oidc/oidc.controller.js';
import { Oidc } from '../oidc/oidc.service.js';
import { Provider } from '../oidc/provider.service.js';
import { Rechecks } from '../oidc/rechecks.service.js';
import { SubjectsController } from '../oidc/subjects.controller.js';
import { BootstrapController } from './bootstrap.controller.js';
import { SignInFailures } from './failures.service.js';
import { PasswordsController } from './passwords.controller.js';
import { Passwords } from './passwords.service.js';
import { SessionCookies } from './session-cookies.service.js';
import { SessionsController } from './sessions.controller.js';
import { Sessions } from './sessions.service.js';
import { SignInController } from './sign-in.controller.js';
import { SignIn } from './sign-in.service.js';
import { SignInSweep } from './sign-in-sweep.service.js';

/** How people come in, for the application to put together: what answers, and what does the work. */
export const signInControllers: Type[] = [
  SignInController,
  OidcController,
  BootstrapController,
  SessionsController,
  PasswordsController,
  GroupClaimsController,
  SubjectsController,
];

export const signInProviders: Provided[] = [
  SignIn,
  SignInFailures,
  SignInSweep,
  Passwords,
  Sessions,
  SessionCookies,
  Provider,
  Flows,
  Arrivals,
  ClaimedGroups,
  Oidc,
  Rechecks,
  Leaving,
];

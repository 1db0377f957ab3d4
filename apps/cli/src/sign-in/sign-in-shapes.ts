/* What the API answers, as far as `chasqui` looks at it; its OpenAPI document has the whole. Times are ISO 8601. */

/** A session that is sent as a token. */
export interface SignedIn {
  readonly username: string;
  readonly token: string;
  readonly expiresAt: string;
}

export interface SignInMethods {
  readonly password: boolean;
  readonly provider?: { readonly name: string; readonly issuer: string };
}

/** Times in seconds. */
export interface DeviceCode {
  readonly deviceToken: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete?: string;
  readonly expiresIn: number;
  readonly interval: number;
}

export interface SignInSession {
  readonly id: string;
  readonly kind: string;
  readonly address?: string;
  readonly agent?: string;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly endsAt: string;
  readonly current: boolean;
}

/** The version of this command; the packages of a release have one version. */
export const version = '0.1.0';

/** Ours, other products' whose names we give, and what a loader obeys. */
const prefixes = ['CHASQUI_', 'GORT_', 'COG_', 'LD_', 'DYLD_', 'GCONV_', 'GIT_CONFIG', 'LUA_INIT'];

/** What changes which program runs, or what an interpreter runs before it: a value is data, never a way to run something else. */
const reserved = new Set([
  'PATH',
  'IFS',
  'ENV',
  'BASH_ENV',
  'SHELLOPTS',
  'BASHOPTS',
  'PS4',
  'PROMPT_COMMAND',
  'NODE_OPTIONS',
  'NODE_PATH',
  'PYTHONPATH',
  'PYTHONHOME',
  'PYTHONSTARTUP',
  'PERL5LIB',
  'PERL5OPT',
  'RUBYLIB',
  'RUBYOPT',
  'JAVA_TOOL_OPTIONS',
  'JDK_JAVA_OPTIONS',
  '_JAVA_OPTIONS',
  'CLASSPATH',
  'DOTNET_STARTUP_HOOKS',
  'PERL5DB',
  'PYTHONUSERBASE',
  'PHPRC',
  'PHP_INI_SCAN_DIR',
  'OPENSSL_CONF',
  'ZDOTDIR',
  'PAGER',
  'EDITOR',
  'VISUAL',
  'SSH_ASKPASS',
  'LESSOPEN',
  'GIT_ASKPASS',
  'GIT_EDITOR',
  'GIT_EXEC_PATH',
  'GIT_EXTERNAL_DIFF',
  'GIT_PAGER',
  'GIT_PROXY_COMMAND',
  'GIT_SEQUENCE_EDITOR',
  'GIT_SSH',
  'GIT_SSH_COMMAND',
  'GIT_TEMPLATE_DIR',
  'TRACEPARENT',
  'TRACESTATE',
]);

/** Why a word cannot be a key: it is no environment variable's name, or one that is not anybody's to set. Undefined if it can. */
export function keyFault(key: string): 'not-a-name' | 'reserved' | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(key)) return 'not-a-name';
  const name = key.toUpperCase();
  return reserved.has(name) || prefixes.some((prefix) => name.startsWith(prefix)) ? 'reserved' : undefined;
}

{{/*
What carries messages, for one process: (list . broker), where broker is its own user there, {} for the release's. Passwords, credentials and CAs are
files under /secrets.
*/}}
{{- define "chasqui.busEnv" -}}
{{- $root := index . 0 -}}
{{- if eq $root.Values.transport "nats" -}}
{{- include "chasqui.natsEnv" . -}}
{{- else -}}
{{- include "chasqui.kafkaEnv" . -}}
{{- end -}}
{{- end -}}

{{- define "chasqui.kafkaEnv" -}}
{{- $kafka := (index . 0).Values.kafka -}}
{{- $broker := index . 1 -}}
- name: KAFKA_BROKERS
  value: {{ join "," $kafka.brokers | quote }}
{{- with $kafka.topicPrefix }}
- name: KAFKA_TOPIC_PREFIX
  value: {{ . | quote }}
{{- end }}
{{- with $kafka.replicas }}
- name: KAFKA_REPLICAS
  value: {{ . | quote }}
{{- end }}
{{- if $kafka.tls.enabled }}
- name: KAFKA_TLS
  value: "true"
{{- if $kafka.tls.caExistingSecret }}
- name: KAFKA_TLS_CA_FILE
  value: /secrets/kafka-ca
{{- end }}
{{- end }}
{{- with $kafka.sasl }}
{{- if .mechanism }}
- name: KAFKA_SASL_MECHANISM
  value: {{ .mechanism | quote }}
- name: KAFKA_SASL_USERNAME
  value: {{ $broker.username | default .username | quote }}
- name: KAFKA_SASL_PASSWORD_FILE
  value: /secrets/kafka-password
{{- end }}
{{- end }}
{{- end -}}

{{- define "chasqui.natsEnv" -}}
{{- $nats := (index . 0).Values.nats -}}
{{- $broker := index . 1 -}}
- name: CHASQUI_TRANSPORT
  value: nats
- name: NATS_SERVERS
  value: {{ join "," $nats.servers | quote }}
- name: NATS_REPLICAS
  value: {{ $nats.replicas | quote }}
{{- with $nats.prefix }}
- name: NATS_PREFIX
  value: {{ . | quote }}
{{- end }}
{{- if $nats.tls.enabled }}
- name: NATS_TLS
  value: "true"
{{- if $nats.tls.caExistingSecret }}
- name: NATS_TLS_CA_FILE
  value: /secrets/nats-ca
{{- end }}
{{- end }}
{{- with $broker.username | default $nats.user.name }}
- name: NATS_USER
  value: {{ . | quote }}
- name: NATS_PASSWORD_FILE
  value: /secrets/nats-password
{{- end }}
{{- if and $nats.credentials.existingSecret (not $broker.username) }}
- name: NATS_CREDENTIALS_FILE
  value: /secrets/nats-credentials
{{- end }}
{{- end -}}

{{/* The files that go with it. */}}
{{- define "chasqui.busSecrets" -}}
{{- $values := (index . 0).Values -}}
{{- $broker := index . 1 -}}
{{- if eq $values.transport "nats" -}}
{{- with $values.nats }}
{{- if and .tls.enabled .tls.caExistingSecret }}
{{ include "chasqui.secretFile" (list .tls.caExistingSecret .tls.caExistingSecretKey "nats-ca") }}
{{- end }}
{{- if $broker.username }}
{{ include "chasqui.secretFile" (list $broker.existingSecret $broker.existingSecretKey "nats-password") }}
{{- else if .user.name }}
{{ include "chasqui.secretFile" (list .user.existingSecret .user.existingSecretKey "nats-password") }}
{{- else if .credentials.existingSecret }}
{{ include "chasqui.secretFile" (list .credentials.existingSecret .credentials.existingSecretKey "nats-credentials") }}
{{- end }}
{{- end }}
{{- else -}}
{{- with $values.kafka }}
{{- if and .tls.enabled .tls.caExistingSecret }}
{{ include "chasqui.secretFile" (list .tls.caExistingSecret .tls.caExistingSecretKey "kafka-ca") }}
{{- end }}
{{- if .sasl.mechanism }}
{{- if $broker.username }}
{{ include "chasqui.secretFile" (list $broker.existingSecret $broker.existingSecretKey "kafka-password") }}
{{- else }}
{{ include "chasqui.secretFile" (list .sasl.existingSecret .sasl.existingSecretKey "kafka-password") }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* One key of a Secret as a file of a projected volume: (list secret key file). */}}
{{- define "chasqui.secretFile" -}}
- secret:
    name: {{ index . 0 }}
    items:
      - key: {{ index . 1 }}
        path: {{ index . 2 }}
{{- end -}}

{{/* The database as the API speaks with it, and the key that everything follows from. */}}
{{- define "chasqui.databaseEnv" -}}
- name: DATABASE_HOST
  value: {{ .Values.database.host | quote }}
- name: DATABASE_PORT
  value: {{ .Values.database.port | quote }}
- name: DATABASE_NAME
  value: {{ .Values.database.name | quote }}
- name: DATABASE_USER
  value: {{ .Values.database.user | quote }}
- name: DATABASE_CONNECTIONS
  value: {{ .Values.database.connections | quote }}
- name: DATABASE_PASSWORD_FILE
  value: /secrets/database-password
- name: CHASQUI_SECRET_KEY_FILE
  value: /secrets/secret-key
{{- end -}}

{{/* A container that does one thing with the role that owns the tables; called with (list . "migrate"). Only here is its password mounted. */}}
{{- define "chasqui.operator" -}}
{{- $root := index . 0 -}}
image: {{ include "chasqui.image" (list $root $root.Values.image) | quote }}
imagePullPolicy: {{ $root.Values.image.pullPolicy }}
args: [node, services/api/dist/main.js, {{ index . 1 }}]
securityContext:
  {{- include "chasqui.containerSecurity" $root | nindent 2 }}
env:
  {{- include "chasqui.databaseEnv" $root | nindent 2 }}
  - name: DATABASE_MIGRATION_USER
    value: {{ $root.Values.database.owner.user | quote }}
  - name: DATABASE_MIGRATION_PASSWORD_FILE
    value: /owner/database-owner-password
  - name: CHASQUI_AUDIT_KEEP
    value: {{ $root.Values.audit.keep | quote }}
  {{- include "chasqui.busEnv" (list $root dict) | nindent 2 }}
  - name: LOG_LEVEL
    value: {{ $root.Values.log.level | quote }}
  {{- with $root.Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
resources:
  {{- toYaml $root.Values.resources | nindent 2 }}
volumeMounts:
  - name: secrets
    mountPath: /secrets
    readOnly: true
  - name: owner
    mountPath: /owner
    readOnly: true
  - name: tmp
    mountPath: /tmp
{{- end -}}

{{- define "chasqui.ownerVolume" -}}
{{- with .Values.database.owner -}}
{{- if .user -}}
- name: owner
  projected:
    defaultMode: 0440
    sources:
      {{- include "chasqui.secretFile" (list .existingSecret .existingSecretKey "database-owner-password") | nindent 6 }}
{{- end -}}
{{- end -}}
{{- end -}}

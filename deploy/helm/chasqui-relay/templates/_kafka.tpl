{{/* How a process reaches Kafka. The password and the CA are files under /secrets. */}}
{{- define "chasqui.kafkaEnv" -}}
- name: KAFKA_BROKERS
  value: {{ join "," .Values.kafka.brokers | quote }}
{{- with .Values.kafka.topicPrefix }}
- name: KAFKA_TOPIC_PREFIX
  value: {{ . | quote }}
{{- end }}
{{- if .Values.kafka.tls.enabled }}
- name: KAFKA_TLS
  value: "true"
{{- if .Values.kafka.tls.caExistingSecret }}
- name: KAFKA_TLS_CA_FILE
  value: /secrets/kafka-ca
{{- end }}
{{- end }}
{{- with .Values.kafka.sasl }}
{{- if .mechanism }}
- name: KAFKA_SASL_MECHANISM
  value: {{ .mechanism | quote }}
- name: KAFKA_SASL_USERNAME
  value: {{ .username | quote }}
- name: KAFKA_SASL_PASSWORD_FILE
  value: /secrets/kafka-password
{{- end }}
{{- end }}
{{- end -}}

{{- define "chasqui.kafkaSecrets" -}}
{{- if and .Values.kafka.tls.enabled .Values.kafka.tls.caExistingSecret }}
{{ include "chasqui.secretFile" (list .Values.kafka.tls.caExistingSecret .Values.kafka.tls.caExistingSecretKey "kafka-ca") }}
{{- end }}
{{- if .Values.kafka.sasl.mechanism }}
{{ include "chasqui.secretFile" (list .Values.kafka.sasl.existingSecret .Values.kafka.sasl.existingSecretKey "kafka-password") }}
{{- end }}
{{- end -}}

{{/* One key of a Secret as a file of a projected volume: (list secret key file). */}}
{{- define "chasqui.secretFile" -}}
- secret:
    name: {{ index . 0 }}
    items:
      - key: {{ index . 1 }}
        path: {{ index . 2 }}
{{- end -}}

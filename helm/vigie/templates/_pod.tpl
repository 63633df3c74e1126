{{/* What every pod has: services and hooks alike. */}}
{{- define "vigie.pod" -}}
automountServiceAccountToken: false
# Variables named after Services would begin with VIGIE_ too, and settings that nobody knows are refused.
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* What every container has. */}}
{{- define "vigie.container" -}}
image: {{ include "vigie.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{/* Settings that are read from files: (list secretSettings volume). */}}
{{- define "vigie.secretEnvironment" -}}
{{- $volume := index . 1 -}}
{{- range $setting, $key := index . 0 }}
- name: {{ $setting }}_FILE
  value: /run/secrets/{{ $volume }}/{{ $setting }}
{{- end }}
{{- end -}}

{{/* A Secret as files called like the settings: (list secret secretSettings volume). */}}
{{- define "vigie.secretVolume" -}}
name: {{ index . 2 }}
secret:
  secretName: {{ index . 0 }}
  defaultMode: 0440
  items:
    {{- range $setting, $key := index . 1 }}
    - {key: {{ $key }}, path: {{ $setting }}}
    {{- end }}
{{- end -}}

{{- define "vigie.secretMount" -}}
- {name: {{ . }}, mountPath: /run/secrets/{{ . }}, readOnly: true}
{{- end -}}

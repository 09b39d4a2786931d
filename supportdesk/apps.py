from django.apps import AppConfig

from supportdesk import checks

__all__ = ["SupportdeskConfig", "checks"]


class SupportdeskConfig(AppConfig):
    name = "supportdesk"

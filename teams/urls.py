"""The addresses of people: signing in, second factors, sessions, and the vendor manager's page.

Of allauth's pages only those are here that the desk has: nobody signs up, changes an e-mail address or asks
for a mail to get back in.
"""

from allauth.account import views as account
from django.urls import URLPattern, URLResolver, include, path

from teams.views import accounts, vendor

urlpatterns: list[URLPattern | URLResolver] = [
    path("", accounts.home, name="home"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/link/<str:token>/", accounts.link, name="sign_in_link"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("vendor/", vendor.overview, name="vendor"),
    path("vendor/keys/", vendor.make_key, name="vendor_keys"),
    path("vendor/keys/<slug:prefix>/revoke/", vendor.end_key, name="vendor_key_revoke"),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
]

"""The register's file: the only package that knows SQL.

``door`` opens and closes it, ``schema`` says what is in it, ``cases`` writes and reads cases,
``statistics`` counts them.
"""

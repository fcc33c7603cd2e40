"""What follows from `hand_worked.yaml`, counted by hand from its stories; nothing here is computed.

Columns: 自然人, 商业企业, 科研机构, 社会公益组织, 法律服务机构, 其他, 总计. In a quarter, rows not named are all 0.
"""

from __future__ import annotations

YEARS = {
    2025: """
        received                   14  8  5  4  3  4 38
        carried_in                  2  1  0  0  0  0  3
        granted                     7  2  1  0  0  0 10
        partial                     0  2  0  0  0  0  2
        denied_state_secret         1  0  0  0  0  0  1
        denied_law_forbids          0  1  1  0  0  0  2
        denied_security_stability   0  0  0  0  1  0  1
        denied_third_party          0  0  0  1  0  0  1
        denied_internal_affairs     0  0  0  0  0  1  1
        denied_process              2  0  0  0  0  0  2
        denied_enforcement_file     0  1  0  0  0  0  1
        denied_admin_query          0  2  0  0  0  0  2
        unable_not_held             0  0  1  0  0  1  2
        unable_needs_creation       1  0  0  0  0  0  1
        unable_still_unclear        1  0  0  0  0  0  1
        unprocessed_petition        1  0  0  0  0  0  1
        unprocessed_repeat          0  1  0  0  0  0  1
        unprocessed_publication     0  0  1  0  0  0  1
        unprocessed_excessive       0  0  0  1  0  0  1
        unprocessed_reissue         0  0  0  0  1  0  1
        other_correction_lapsed     0  0  0  0  1  0  1
        other_fee_lapsed            0  0  0  1  0  0  1
        other_other                 1  0  0  0  0  1  2
        closed                     14  9  4  3  3  3 36
        carried_out                 2  0  1  1  0  1  5
    """,
    2026: """
        received                    7  5  4  4  6  3 29
        carried_in                  2  0  1  1  0  1  5
        granted                     2  4  0  1  0  1  8
        partial                     0  0  0  0  1  0  1
        denied_state_secret         1  0  0  0  0  0  1
        denied_law_forbids          0  0  0  0  0  1  1
        denied_security_stability   0  0  1  0  0  0  1
        denied_third_party          0  0  0  1  1  0  2
        denied_internal_affairs     0  0  0  0  1  0  1
        denied_process              0  0  0  1  0  0  1
        denied_enforcement_file     1  0  0  0  0  0  1
        denied_admin_query          0  0  0  0  0  1  1
        unable_not_held             1  1  0  0  0  0  2
        unable_needs_creation       0  0  1  0  0  0  1
        unable_still_unclear        0  0  1  0  0  0  1
        unprocessed_petition        0  0  0  1  0  0  1
        unprocessed_repeat          0  0  0  0  1  0  1
        unprocessed_publication     0  0  0  0  0  1  1
        unprocessed_excessive       0  0  1  0  0  0  1
        unprocessed_reissue         0  0  0  0  1  0  1
        other_correction_lapsed     1  0  1  0  0  0  2
        other_fee_lapsed            1  0  0  0  0  0  1
        other_other                 1  0  0  0  0  0  1
        closed                      8  5  5  4  5  4 31
        carried_out                 1  0  0  1  1  0  3
    """,
}

QUARTERS = {
    (2025, 1): """
        received                    6  2  1  1  1  1 12
        carried_in                  2  1  0  0  0  0  3
        granted                     4  0  0  0  0  0  4
        partial                     0  1  0  0  0  0  1
        denied_state_secret         1  0  0  0  0  0  1
        denied_law_forbids          0  0  1  0  0  0  1
        denied_security_stability   0  0  0  0  1  0  1
        denied_third_party          0  0  0  1  0  0  1
        denied_internal_affairs     0  0  0  0  0  1  1
        closed                      5  1  1  1  1  1 10
        carried_out                 3  2  0  0  0  0  5
    """,
    (2025, 2): """
        received                    2  2  1  1  1  1  8
        carried_in                  3  2  0  0  0  0  5
        granted                     1  0  1  0  0  0  2
        denied_process              1  0  0  0  0  0  1
        denied_enforcement_file     0  1  0  0  0  0  1
        denied_admin_query          0  2  0  0  0  0  2
        unable_not_held             0  0  0  0  0  1  1
        unable_needs_creation       1  0  0  0  0  0  1
        other_correction_lapsed     0  0  0  0  1  0  1
        other_fee_lapsed            0  0  0  1  0  0  1
        other_other                 1  0  0  0  0  0  1
        closed                      4  3  1  1  1  1 11
        carried_out                 1  1  0  0  0  0  2
    """,
    (2025, 3): """
        received                    2  3  2  1  1  1 10
        carried_in                  1  1  0  0  0  0  2
        granted                     0  2  0  0  0  0  2
        partial                     0  1  0  0  0  0  1
        unable_still_unclear        1  0  0  0  0  0  1
        unprocessed_petition        1  0  0  0  0  0  1
        unprocessed_repeat          0  1  0  0  0  0  1
        unprocessed_publication     0  0  1  0  0  0  1
        unprocessed_excessive       0  0  0  1  0  0  1
        unprocessed_reissue         0  0  0  0  1  0  1
        other_other                 0  0  0  0  0  1  1
        closed                      2  4  1  1  1  1 10
        carried_out                 1  0  1  0  0  0  2
    """,
    (2025, 4): """
        received                    4  1  1  1  0  1  8
        carried_in                  1  0  1  0  0  0  2
        granted                     2  0  0  0  0  0  2
        denied_law_forbids          0  1  0  0  0  0  1
        denied_process              1  0  0  0  0  0  1
        unable_not_held             0  0  1  0  0  0  1
        closed                      3  1  1  0  0  0  5
        carried_out                 2  0  1  1  0  1  5
    """,
    (2026, 1): """
        received                    2  2  1  1  2  1  9
        carried_in                  2  0  1  1  0  1  5
        granted                     1  2  0  1  0  1  5
        denied_state_secret         1  0  0  0  0  0  1
        denied_third_party          0  0  0  1  0  0  1
        denied_internal_affairs     0  0  0  0  1  0  1
        denied_admin_query          0  0  0  0  0  1  1
        unable_not_held             1  0  0  0  0  0  1
        unable_needs_creation       0  0  1  0  0  0  1
        other_correction_lapsed     0  0  1  0  0  0  1
        other_other                 1  0  0  0  0  0  1
        closed                      4  2  2  2  1  2 13
        carried_out                 0  0  0  0  1  0  1
    """,
    (2026, 2): """
        received                    2  2  1  1  1  1  8
        carried_in                  0  0  0  0  1  0  1
        granted                     0  1  0  0  0  0  1
        partial                     0  0  0  0  1  0  1
        denied_security_stability   0  0  1  0  0  0  1
        denied_enforcement_file     1  0  0  0  0  0  1
        unprocessed_petition        0  0  0  1  0  0  1
        unprocessed_repeat          0  0  0  0  1  0  1
        unprocessed_publication     0  0  0  0  0  1  1
        closed                      1  1  1  1  2  1  7
        carried_out                 1  1  0  0  0  0  2
    """,
    (2026, 3): """
        received                    2  0  1  1  1  1  6
        carried_in                  1  1  0  0  0  0  2
        granted                     0  1  0  0  0  0  1
        denied_law_forbids          0  0  0  0  0  1  1
        denied_process              0  0  0  1  0  0  1
        unprocessed_excessive       0  0  1  0  0  0  1
        unprocessed_reissue         0  0  0  0  1  0  1
        other_correction_lapsed     1  0  0  0  0  0  1
        other_fee_lapsed            1  0  0  0  0  0  1
        closed                      2  1  1  1  1  1  7
        carried_out                 1  0  0  0  0  0  1
    """,
    (2026, 4): """
        received                    1  1  1  1  2  0  6
        carried_in                  1  0  0  0  0  0  1
        granted                     1  0  0  0  0  0  1
        denied_third_party          0  0  0  0  1  0  1
        unable_not_held             0  1  0  0  0  0  1
        unable_still_unclear        0  0  1  0  0  0  1
        closed                      1  1  1  0  1  0  4
        carried_out                 1  0  0  1  1  0  3
    """,
}

# On time, late, extended, overdue; the days: sum, count, median, 90th percentile; fees: asked, yuan, paid, yuan.
# 2025 1: A01 10 A02 14 A03 21 late A04 28 ext A05 10 A06 12 A07 14
# 2025 2: A08 20 A09 22 A12 8 A13 18 A16 13 A17 13
# 2025 3: A18 18 A19 19 A20 0 A21 3 A22 4 A23 1 A24 19 A25 4 A28 12; A27 becomes overdue
# 2025 4: A27 31 late A29 25 ext A30 10 A31 11 A39 22 late
# 2026 1: A32 17 A33 37 ext A34 8 A35 16 A36 11 A37 20 A40 24 late A41 13 A42 16 A43 20 A45 4
# 2026 2: A44 28 late ext A48 18 A49 23 late A50 10 A51 1 A52 5 A53 3
# 2026 3: A55 1 A56 20 A57 11 A58 3 A59 9
# 2026 4: A61 16 A62 4 A63 11 A68 5; A64 becomes overdue
TIMES = {
    (2025, 1): (6, 1, 1, 1, 109, 7, 14, 28, 0, 0, 0, 0),
    (2025, 2): (6, 0, 0, 0, 94, 6, 15.5, 22, 2, 1250, 1, 1100),
    (2025, 3): (9, 0, 0, 1, 80, 9, 4, 19, 0, 0, 0, 0),
    (2025, 4): (3, 2, 1, 1, 99, 5, 22, 31, 1, 50, 0, 0),
    (2026, 1): (10, 1, 1, 1, 186, 11, 16, 24, 0, 0, 1, 50),
    (2026, 2): (5, 2, 1, 2, 88, 7, 10, 28, 2, 2940, 1, 200),
    (2026, 3): (5, 0, 0, 0, 44, 5, 9, 20, 0, 0, 0, 0),
    (2026, 4): (4, 0, 0, 1, 36, 4, 8, 16, 0, 0, 0, 0),
    # 0 1 3 4 4 8 10 10 10 11 12 12 13 13 14 14 18 18 19 19 20 21 22 22 25 28 31
    (2025, 0): (24, 3, 2, 3, 382, 27, 13, 25, 3, 1300, 1, 1100),
    # 1 1 3 3 4 4 5 5 8 9 10 11 11 11 13 16 16 16 17 18 20 20 20 23 24 28 37
    (2026, 0): (24, 3, 2, 4, 354, 27, 11, 24, 2, 2940, 2, 250),
}

# 结果维持 结果纠正 其他结果 尚未审结, of 行政复议, 未经复议直接起诉, 复议后起诉
CONTESTS = {
    (2025, 1): ((0, 0, 0, 1), (0, 0, 0, 0), (0, 0, 0, 0)),
    (2025, 2): ((2, 1, 0, 0), (0, 0, 0, 1), (0, 0, 2, 1)),
    (2025, 3): ((0, 0, 0, 0), (0, 0, 1, 0), (0, 0, 0, 1)),
    (2025, 4): ((0, 0, 0, 0), (0, 0, 0, 1), (0, 0, 0, 1)),
    (2026, 1): ((0, 0, 0, 2), (0, 0, 0, 1), (1, 0, 0, 0)),
    (2026, 2): ((0, 0, 1, 1), (0, 0, 0, 1), (0, 0, 0, 0)),
    (2026, 3): ((0, 0, 0, 1), (0, 0, 0, 2), (0, 0, 0, 0)),
    (2026, 4): ((0, 0, 0, 1), (0, 1, 0, 1), (0, 0, 0, 0)),
    (2025, 0): ((2, 1, 0, 0), (0, 0, 1, 1), (0, 0, 2, 1)),
    (2026, 0): ((0, 0, 1, 1), (0, 1, 0, 1), (1, 0, 0, 0)),
}

# Inquiries only; quarters not named have none.
INQUIRIES = {
    "received": {
        (2025, 1): 1,
        (2025, 2): 1,
        (2025, 3): 3,
        (2025, 4): 3,
        (2026, 1): 5,
        (2026, 2): 3,
    },
    "on_time": {(2025, 2): 2, (2025, 3): 2, (2026, 1): 5, (2026, 2): 2},
    "late": {(2026, 1): 1},
    "overdue": {(2026, 1): 1},
    "reopened": {(2025, 2): 1},
    "followed": {(2025, 4): 1, (2026, 1): 3},
}
INQUIRY_ENDS = {
    (2025, 2): {"answered": 2},
    (2025, 3): {"answered": 2, "declined": 1},
    (2025, 4): {"transferred": 1, "withdrawn": 1},
    (2026, 1): {"answered": 6},
    (2026, 2): {"answered": 2, "transferred": 1},
}
INQUIRY_VALUES = {
    "reply_days": {
        (2025, 2): {2: 1, 10: 1},
        (2025, 3): {2: 1, 3: 1},
        (2026, 1): {1: 1, 2: 3, 3: 1, 9: 1},
        (2026, 2): {2: 1, 32: 1},
    },
    "closing_days": {
        (2025, 2): {13: 1, 26: 1},
        (2025, 3): {2: 1},
        (2025, 4): {1: 2},
        (2026, 2): {1: 1},
    },
    "rated": {(2025, 2): {1: 1, 5: 1}},
}
QUESTIONS = {
    (2025, 4): {"answered": 1},
    (2026, 1): {"answered": 5, "handover": 1, "clarification": 1, "out_of_scope": 1},
}
